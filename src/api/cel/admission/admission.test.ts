import { describe, expect, it } from 'vitest'
import { admissionEnvironment, admissionVariables, compileCondition, evaluateConditions } from './index.ts'

const environment = admissionEnvironment()
const input = {
  object: { metadata: { name: 'a', labels: { app: 'web' } }, spec: { replicas: 3 } },
  oldObject: undefined,
  request: {
    operation: 'CREATE',
    name: 'a',
    kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    userInfo: { username: 'eve', groups: ['dev'] },
    dryRun: false,
  },
  checker: {
    check: (asked: object, verb: string, account?: object) => ({
      allowed: verb === 'get' && account === undefined && 'group' in asked && asked.group === 'apps',
      reason: '',
    }),
  },
  target: { group: 'apps', resource: 'deployments', subresource: '', namespace: 'n', name: 'a' },
}
const compiled = (expression: string) => compileCondition({ name: 'c', expression }, environment)
const judge = (...expressions: string[]) =>
  evaluateConditions(
    expressions.map((expression, i) => ({ ...compiled(expression), name: `c${i}` })),
    admissionVariables(input),
  )

describe('conditions on a request', () => {
  it.each([
    'object.metadata.name == "a" && object.spec.replicas == 3',
    'object.metadata.labels["app"] == "web"',
    'oldObject == null',
    'request.operation == "CREATE" && request.kind.kind == "Deployment" && !request.dryRun',
    '"dev" in request.userInfo.groups',
    '!has(request.namespace)',
    'authorizer.group("apps").resource("deployments").check("get").allowed()',
    '!authorizer.serviceAccount("n", "s").group("apps").resource("deployments").check("get").allowed()',
    'authorizer.requestResource.check("get").allowed() && !authorizer.requestResource.check("delete").allowed()',
    'namespaceObject == null',
  ])('%s', (expression) => {
    expect(compiled(expression).error).toBeUndefined()
    expect(judge(expression)).toEqual({ matches: true })
  })

  it.each([
    ['... [] bad', /^compilation failed: ERROR: <input>:1:\d: Syntax error/],
    ['request.nothing == ""', /^compilation failed: ERROR: <input>:1:8: undefined field 'nothing'/],
    ['params.x', /undeclared reference to 'params'/],
    ['request.name', /^must evaluate to bool but got string$/],
    ['object.x', /^must evaluate to bool but got dyn$/],
  ])('%s is no condition', (expression, error) => {
    expect(compiled(expression).error).toMatch(error)
  })

  it('one that is false decides, else one that cannot be told', () => {
    expect(judge('object.nothing == 1', 'false', 'true')).toEqual({ matches: false, failed: 'c1' })
    expect(judge('object.nothing == 1', 'true')).toEqual({
      matches: 'unknown',
      errors: ["expression 'object.nothing == 1' resulted in error: no such key: nothing"],
    })
  })
})
