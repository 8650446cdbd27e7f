import { describe, expect, test } from 'vitest'
import { validatingwebhookconfigurations } from '../../generated/resources.ts'
import type { KubeObject } from '../../object.ts'
import { validateObject } from '../index.ts'

const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }
const hook = {
  name: 'a.b.c',
  clientConfig: { url: 'https://x/' },
  rules: [rule],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
}
const problems = (...webhooks: object[]) =>
  validateObject(validatingwebhookconfigurations, { metadata: { name: 'x' }, webhooks } as KubeObject).map(
    ({ field, message }) => `${field}: ${message}`,
  )
const withRule = (more: object) => ({ rules: [{ ...rule, ...more }] })
const service = (more: object) => ({ clientConfig: { service: { name: 's', namespace: 'n', port: 443, ...more } } })

describe('a webhook configuration', () => {
  test('with a condition that does not compile is refused', () => {
    const matchConditions = [{ name: 'c', expression: '... [] bad expression' }]
    expect(problems({ ...hook, matchConditions })[0]).toMatch(
      /^webhooks\[0\].matchConditions\[0\].expression: Invalid value: "... \[\] bad expression": compilation failed: /,
    )
  })

  test('that is right has no problems', () => {
    expect(problems(hook, { ...hook, name: 'a.b.d', ...service({ path: '/a/b/' }), timeoutSeconds: 30 })).toEqual([])
  })

  test('has no two webhooks of one name', () => {
    expect(problems(hook, hook)).toEqual(['webhooks[1].name: Duplicate value: "a.b.c"'])
  })

  test.each<[object, string]>([
    [
      { name: 'short' },
      'name: Invalid value: "short": should be a domain with at least three segments separated by dots',
    ],
    [{ sideEffects: 'Some' }, 'sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
    [{ failurePolicy: 'Try' }, 'failurePolicy: Unsupported value: "Try": supported values: "Fail", "Ignore"'],
    [{ timeoutSeconds: 31 }, 'timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds'],
    [{ admissionReviewVersions: [] }, 'admissionReviewVersions: Required value: must specify one of v1, v1beta1'],
    [
      { admissionReviewVersions: ['v2'] },
      'admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
    ],
    [{ clientConfig: {} }, 'clientConfig: Required value: exactly one of url or service is required'],
    [
      { clientConfig: { url: 'http://x' } },
      `clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
    ],
    [
      { clientConfig: { url: 'https://x/?a=b' } },
      'clientConfig.url: Invalid value: "a=b": query parameters are not permitted in the URL',
    ],
    [
      service({ port: 0 }),
      'clientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive',
    ],
    [service({ path: '/a//b' }), 'clientConfig.service.path: Invalid value: "/a//b": segment[1] may not be empty'],
    [{ matchConditions: [{ name: 'c', expression: '' }] }, 'matchConditions[0].expression: Required value'],
    [
      { matchConditions: [{ name: 'c', expression: 'request.name' }] },
      'matchConditions[0].expression: Invalid value: "request.name": must evaluate to bool but got string',
    ],
    [
      { matchConditions: ['a', 'a'].map((name) => ({ name, expression: 'true' })) },
      'matchConditions[1].name: Duplicate value: "a"',
    ],
    [withRule({ operations: [] }), 'rules[0].operations: Required value'],
    [
      withRule({ operations: ['*', 'CREATE'] }),
      `rules[0].operations: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations`,
    ],
    [
      withRule({ resources: ['pods/*', 'pods/log'] }),
      `rules[0].resources[1]: Invalid value: "pods/log": if 'pods/*' is present, must not specify pods/log`,
    ],
    [
      withRule({ resources: ['*', 'pods'] }),
      `rules[0].resources: Invalid value: ["*","pods"]: if '*' is present, must not specify other resources without subresources`,
    ],
    [
      withRule({ scope: 'Galaxy' }),
      'rules[0].scope: Unsupported value: "Galaxy": supported values: "*", "Cluster", "Namespaced"',
    ],
  ])('with %o is refused', (more, problem) => {
    expect(problems({ ...hook, ...more })).toEqual([`webhooks[0].${problem}`])
  })
})
