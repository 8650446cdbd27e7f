import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const FOOS = '/apis/stable.example.com/v1/foos'
type Tree = Record<string, unknown>

const definition = (openAPIV3Schema: Tree): Tree => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'foos.stable.example.com' },
  spec: {
    group: 'stable.example.com',
    scope: 'Cluster',
    names: { plural: 'foos', kind: 'Foo' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
  },
})
const withRules = (rules: Tree[], spec: Tree = {}): Tree => ({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      'x-kubernetes-validations': rules,
      properties: {
        x: { type: 'integer' },
        y: { type: 'integer' },
        list: { type: 'array', items: { type: 'string' } },
        ...spec,
      },
    },
  },
})

let cluster: TestCluster
beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

const define = (schema: Tree) => call(cluster.exchange, 'POST', CRDS, { body: definition(schema) })
const foo = (spec: Tree) => ({ apiVersion: 'stable.example.com/v1', kind: 'Foo', metadata: { name: 'a' }, spec })
const make = (spec: Tree) => call(cluster.exchange, 'POST', FOOS, { body: foo(spec) })
const change = (spec: Tree) =>
  call(cluster.exchange, 'PATCH', `${FOOS}/a`, {
    body: { spec },
    headers: { 'content-type': 'application/merge-patch+json' },
  })
async function served(schema: Tree): Promise<void> {
  expect((await define(schema)).json).toMatchObject({ kind: 'CustomResourceDefinition' })
  await expect.poll(async () => (await call(cluster.exchange, 'GET', FOOS)).status, { interval: 5 }).toBe(200)
}

describe('a definition whose rules are wrong is refused', () => {
  test.each<[string, Tree[], string]>([
    ['a syntax error', [{ rule: 'self = 42' }], 'Syntax error'],
    ['a field that is not there', [{ rule: 'self.z > 0' }], "undefined field 'z'"],
    ['another type than bool', [{ rule: 'self.x' }], 'cel expression must evaluate to a bool'],
    [
      'too dear',
      [{ rule: 'self.list.all(a, self.list.all(b, self.list.all(c, a == b || b == c)))' }],
      'estimated rule cost exceeds budget by factor of more than 100x',
    ],
    [
      'optionalOldSelf of nothing',
      [{ rule: 'self.x > 0', optionalOldSelf: true }],
      'may not be set if oldSelf is not used in rule',
    ],
  ])('%s', async (_, rules, message) => {
    const { status, json } = await define(withRules(rules))
    expect(status).toBe(422)
    expect(json.message).toContain('spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0]')
    expect(json.message).toContain(message)
  })

  it('a default that breaks its rule', async () => {
    const rule = { rule: 'self > 3', message: 'must be big' }
    const x = { type: 'integer', default: 1, 'x-kubernetes-validations': [rule] }
    expect((await define(withRules([], { x }))).json.message).toContain(
      'properties[x].default: Invalid value: "integer": must be big',
    )
  })
})

describe('objects are held to rules', () => {
  it('with the message of the rule, or the rule itself', async () => {
    await served(withRules([{ rule: 'self.x < self.y', message: 'x must be less' }, { rule: 'self.x > 0' }]))
    expect((await make({ x: 1, y: 2 })).status).toBe(201)
    expect((await change({ x: 3 })).json.message).toBe(
      'Foo.stable.example.com "a" is invalid: spec: Invalid value: "object": x must be less',
    )
    expect((await change({ x: -1 })).json.message).toContain('spec: Invalid value: "object": failed rule: self.x > 0')
  })

  it('with a message, a reason and a path of their own', async () => {
    const rule = {
      rule: 'self.x < 5',
      messageExpression: "'not %d'.format([self.x])",
      reason: 'FieldValueForbidden',
      fieldPath: '.x',
    }
    await served(withRules([rule]))
    expect((await make({ x: 9 })).json).toMatchObject({
      details: { causes: [{ reason: 'FieldValueForbidden', field: 'spec.x', message: 'Forbidden: not 9' }] },
    })
  })

  it('of change, which are asked of changes only', async () => {
    const x = { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self >= oldSelf', message: 'may only grow' }] }
    await served(withRules([], { x }))
    expect((await make({ x: 5 })).status).toBe(201)
    expect((await change({ x: 6 })).status).toBe(200)
    expect((await change({ x: 2 })).json.message).toContain('spec.x: Invalid value: "integer": may only grow')
  })

  it('unless they are too wrong to be asked about', async () => {
    await served(withRules([{ rule: 'self.x > 0' }]))
    expect((await make({ x: 'text' })).json.message).toContain(
      '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid',
    )
  })

  it('unless what is wrong was so before and has not changed', async () => {
    await served(withRules([], { z: { type: 'integer' } }))
    await make({ x: -1 })
    const x = { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self > 0' }] }
    const value = withRules([], { x, z: { type: 'integer' } })
    const patch = [{ op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema', value }]
    const headers = { 'content-type': 'application/json-patch+json' }
    await call(cluster.exchange, 'PATCH', `${CRDS}/foos.stable.example.com`, { body: patch, headers })
    expect((await change({ z: 1 })).status).toBe(200)
    expect((await change({ x: -2 })).status).toBe(422)
  })
})
