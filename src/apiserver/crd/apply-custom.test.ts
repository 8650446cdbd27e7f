import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { type Answer, call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const NOXUS = '/apis/mygroup.example.com/v1/noxus'
type Tree = Record<string, unknown>

const spec: Tree = {
  type: 'object',
  properties: {
    cronSpec: { type: 'string' },
    replicas: { type: 'integer' },
    anything: { 'x-kubernetes-preserve-unknown-fields': true },
    port: { 'x-kubernetes-int-or-string': true },
    tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    selector: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: { type: 'string' } },
    ports: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
      items: {
        type: 'object',
        required: ['containerPort'],
        properties: {
          containerPort: { type: 'integer' },
          protocol: { type: 'string', default: 'TCP' },
          name: { type: 'string' },
        },
      },
    },
  },
}
const schema = (more: Tree = {}) => ({
  openAPIV3Schema: {
    type: 'object',
    properties: { spec, status: { type: 'object', properties: { phase: { type: 'string' } } } },
    ...more,
  },
})
const version = (name: string, more: Tree = {}): Tree => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: schema(),
  subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
  ...more,
})

let cluster: TestCluster
beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

async function define(...versions: Tree[]): Promise<void> {
  const body = {
    metadata: { name: 'noxus.mygroup.example.com' },
    spec: {
      group: 'mygroup.example.com',
      scope: 'Cluster',
      names: { plural: 'noxus', kind: 'Noxu' },
      versions,
    },
  }
  expect((await call(cluster.exchange, 'POST', CRDS, { body })).status).toBe(201)
  await expect.poll(async () => (await call(cluster.exchange, 'GET', NOXUS)).status, { interval: 5 }).toBe(200)
}

const noxu = (fields: Tree, more: Tree = {}): Tree => ({
  apiVersion: 'mygroup.example.com/v1',
  kind: 'Noxu',
  metadata: { name: 'mytest' },
  spec: fields,
  ...more,
})
const patch = (type: string, url: string, body: Tree, query: string) =>
  call(cluster.exchange, 'PATCH', `${url}?${query}`, { body, headers: { 'content-type': `application/${type}` } })
const apply = (body: Tree, query = 'fieldManager=me', url = `${NOXUS}/mytest`) =>
  patch('apply-patch+yaml', url, body, query)
interface Entry {
  manager: string
  apiVersion: string
  fieldsV1: unknown
}
const entries = (answer: Answer) => (answer.json.metadata?.['managedFields'] ?? []) as Entry[]
const fieldsOf = (answer: Answer, manager: string) => entries(answer).find((one) => one.manager === manager)?.fieldsV1

describe('a custom object', () => {
  beforeEach(() => define(version('v1')))

  it('is merged by what its schema says of lists and maps', async () => {
    const first = {
      cronSpec: '* * * * */5',
      tags: ['a'],
      port: 'http',
      selector: { a: 'b' },
      anything: { deep: { x: [1] } },
      ports: [{ name: 'x', containerPort: 80 }],
    }
    const created = await apply(noxu(first))
    expect(created.status).toBe(201)
    expect(fieldsOf(created, 'me')).toEqual({
      'f:spec': {
        'f:anything': { 'f:deep': { '.': {}, 'f:x': {} } },
        'f:cronSpec': {},
        'f:port': {},
        'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:name': {} } },
        'f:selector': {},
        'f:tags': { 'v:"a"': {} },
      },
    })
    const more = { tags: ['b'], port: 'http', ports: [{ containerPort: 80, protocol: 'UDP' }] }
    const both = await apply(noxu(more), 'fieldManager=other')
    expect(both.json['spec']).toMatchObject({
      tags: ['a', 'b'],
      ports: [
        { containerPort: 80, protocol: 'TCP', name: 'x' },
        { containerPort: 80, protocol: 'UDP' },
      ],
    })
  })

  it('is owned as a whole by who creates it', async () => {
    const created = await call(cluster.exchange, 'POST', `${NOXUS}?fieldManager=poster`, {
      body: noxu({ cronSpec: 'x', tags: ['a'] }),
    })
    expect(fieldsOf(created, 'poster')).toEqual({
      'f:spec': { '.': {}, 'f:cronSpec': {}, 'f:tags': { '.': {}, 'v:"a"': {} } },
    })
  })

  it('has a status that is applied apart', async () => {
    await apply(noxu({ replicas: 1 }, { status: { phase: 'no' } }))
    const answer = await apply(
      noxu({ replicas: 9 }, { status: { phase: 'on' } }),
      'fieldManager=s',
      `${NOXUS}/mytest/status`,
    )
    expect(answer.json).toMatchObject({ spec: { replicas: 1 }, status: { phase: 'on' } })
    expect(fieldsOf(answer, 's')).toEqual({ 'f:status': { 'f:phase': {} } })
    expect(fieldsOf(answer, 'me')).toEqual({ 'f:spec': { 'f:replicas': {} } })
  })

  it('has replicas that its scale takes over', async () => {
    await apply(noxu({ replicas: 1 }))
    await patch('merge-patch+json', `${NOXUS}/mytest/scale`, { spec: { replicas: 4 } }, 'fieldManager=scaler')
    const refused = await apply(noxu({ replicas: 2 }))
    expect(refused.json.message).toBe(
      'Apply failed with 1 conflict: conflict with "scaler" with subresource "scale" using mygroup.example.com/v1: .spec.replicas',
    )
  })

  test.each([
    [noxu({ unknownField: 1 }), '.spec.unknownField: field not declared in schema'],
    [noxu({ replicas: 'x' }), '.spec.replicas: expected numeric (int or float), got string'],
    [
      noxu({ ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }] }),
      '.spec.ports: duplicate entries for key [containerPort=80,protocol="TCP"]',
    ],
    [noxu({}, { metadata: { name: 'mytest', unknownMeta: 1 } }), '.metadata.unknownMeta: field not declared in schema'],
  ])('must have the shape of its schema (%#)', async (body, why) => {
    const answer = await apply(body, 'fieldManager=me&fieldValidation=Strict')
    expect([answer.status, answer.json.message]).toEqual([
      500,
      `failed to create typed patch object (/mytest; mygroup.example.com/v1, Kind=Noxu): ${why}`,
    ])
  })
})

test('a custom object without a schema is merged field by field', async () => {
  const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  await define(version('v1', { schema: { openAPIV3Schema: free }, subresources: {} }))
  await apply(noxu({ a: { b: 1, c: [1] } }))
  const both = await apply(noxu({ a: { d: 2 } }), 'fieldManager=other')
  expect(both.json['spec']).toEqual({ a: { b: 1, c: [1], d: 2 } })
  expect((await apply(noxu({ a: { c: [2] } }), 'fieldManager=other')).status).toBe(409)
})

test('owners in different versions of a custom object meet', async () => {
  await define(version('v1'), version('v2'))
  await apply(noxu({ replicas: 1, cronSpec: 'a' }))
  const v2 = { ...noxu({ replicas: 1 }), apiVersion: 'mygroup.example.com/v2' }
  const url = '/apis/mygroup.example.com/v2/noxus/mytest'
  const shared = await apply(v2, 'fieldManager=other', url)
  expect(
    entries(shared)
      .map(({ manager, apiVersion }) => `${manager} ${apiVersion}`)
      .sort(),
  ).toEqual(['me mygroup.example.com/v1', 'other mygroup.example.com/v2'])
  const refused = await apply({ ...v2, spec: { replicas: 2 } }, 'fieldManager=other', url)
  expect(refused.json.message).toBe('Apply failed with 1 conflict: conflict with "me": .spec.replicas')
  // What the first drops is kept for the other, in whatever version.
  const dropped = await apply(noxu({}))
  expect(dropped.json['spec']).toEqual({ replicas: 1 })
})
