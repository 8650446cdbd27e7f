import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
type Tree = Record<string, unknown>

const shirtSchema: Tree = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['color'],
      properties: {
        color: { type: 'string', enum: ['red', 'blue'] },
        size: { type: 'integer', default: 3, minimum: 1 },
        replicas: { type: 'integer' },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, selector: { type: 'string' } } },
  },
}

const version = (more: Tree = {}): Tree => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: shirtSchema },
  ...more,
})

const definition = (spec: Tree = {}): Tree => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'shirts.stable.example.com' },
  spec: {
    group: 'stable.example.com',
    scope: 'Namespaced',
    names: { plural: 'shirts', kind: 'Shirt', shortNames: ['sh'], categories: ['all'] },
    versions: [version()],
    ...spec,
  },
})

const shirt = (name: string, spec: Tree = { color: 'red' }, more: Tree = {}): Tree => ({
  apiVersion: 'stable.example.com/v1',
  kind: 'Shirt',
  metadata: { name },
  spec,
  ...more,
})
const SHIRTS = '/apis/stable.example.com/v1/namespaces/default/shirts'

let cluster: TestCluster
beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

const send = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown) =>
  call(cluster.exchange, method, url, body === undefined ? {} : { body })
const patch = (url: string, body: unknown, type = 'application/merge-patch+json') =>
  call(cluster.exchange, 'PATCH', url, { body, headers: { 'content-type': type } })
const conditions = async (name = 'shirts.stable.example.com') => {
  const { json } = await send('GET', `${CRDS}/${name}`)
  const { status } = json as { status?: { conditions?: { type: string; status: string; reason: string }[] } }
  return Object.fromEntries(
    (status?.conditions ?? []).map(({ type, status: value, reason }) => [type, `${value} ${reason}`]),
  )
}
const established = () =>
  expect.poll(conditions, { interval: 5 }).toMatchObject({ Established: 'True InitialNamesAccepted' })

async function define(spec: Tree = {}): Promise<void> {
  expect((await send('POST', CRDS, definition(spec))).status).toBe(201)
  await established()
}

describe('a definition', () => {
  it('is established, and its kind is served and discovered', async () => {
    await define()
    expect(await conditions()).toEqual({ NamesAccepted: 'True NoConflicts', Established: 'True InitialNamesAccepted' })
    expect((await send('POST', SHIRTS, shirt('a'))).json).toMatchObject({
      kind: 'Shirt',
      metadata: { name: 'a', namespace: 'default', generation: 1 },
      spec: { color: 'red', size: 3 },
    })
    const { json } = await send('GET', '/apis/stable.example.com/v1')
    expect(json.resources).toMatchObject([
      {
        name: 'shirts',
        singularName: 'shirt',
        kind: 'Shirt',
        shortNames: ['sh'],
        categories: ['all'],
        namespaced: true,
      },
    ])
    expect((await send('GET', SHIRTS)).json).toMatchObject({ kind: 'ShirtList', items: [{ metadata: { name: 'a' } }] })
  })

  it('that wants a name which another has waits for it', async () => {
    await define()
    const rival = definition({ names: { plural: 'tops', kind: 'Top', shortNames: ['sh'] } })
    ;(rival.metadata as Tree).name = 'tops.stable.example.com'
    await send('POST', CRDS, rival)
    await expect
      .poll(() => conditions('tops.stable.example.com'), { interval: 5 })
      .toEqual({ NamesAccepted: 'False ShortNamesConflict', Established: 'False NotAccepted' })
    await send('DELETE', `${CRDS}/shirts.stable.example.com`)
    await expect
      .poll(() => conditions('tops.stable.example.com'), { interval: 5 })
      .toMatchObject({ Established: 'True InitialNamesAccepted' })
  })

  it('takes its objects with it, and waits for those that something holds', async () => {
    await define()
    await send('POST', SHIRTS, shirt('free'))
    await send('POST', SHIRTS, { ...shirt('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } })
    const deleted = await send('DELETE', `${CRDS}/shirts.stable.example.com`)
    expect(deleted.json.metadata).toMatchObject({ finalizers: ['customresourcecleanup.apiextensions.k8s.io'] })
    await expect.poll(async () => ((await send('GET', SHIRTS)).json.items as unknown[]).length, { interval: 5 }).toBe(1)
    expect((await send('POST', SHIRTS, shirt('late'))).json.message).toBe(
      'shirts.stable.example.com "late" is forbidden: create not allowed while custom resource definition is terminating',
    )
    const { resources } = (await send('GET', '/apis/stable.example.com/v1')).json as { resources: Tree[] }
    expect(resources.find(({ name }) => name === 'shirts')?.verbs).toEqual([
      'delete',
      'deletecollection',
      'get',
      'list',
      'watch',
    ])
    await patch(`${SHIRTS}/held`, { metadata: { finalizers: null } })
    await expect
      .poll(async () => (await send('GET', `${CRDS}/shirts.stable.example.com`)).status, { interval: 5 })
      .toBe(404)
    expect((await send('GET', SHIRTS)).status).toBe(404)
    expect((await cluster.store.list('/registry/stable.example.com/')).entries).toEqual([])
  })

  it('is served again after a restart', async () => {
    await define()
    await send('POST', SHIRTS, shirt('a'))
    await using again = await openTestCluster({ store: cluster.store })
    expect((await call(again.exchange, 'GET', `${SHIRTS}/a`)).json).toMatchObject({ spec: { size: 3 } })
  })
})

describe('objects of a custom kind', () => {
  beforeEach(() =>
    define({
      versions: [
        version({
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.replicas',
              statusReplicasPath: '.status.replicas',
              labelSelectorPath: '.status.selector',
            },
          },
          selectableFields: [{ jsonPath: '.spec.color' }],
          additionalPrinterColumns: [
            { name: 'Color', type: 'string', jsonPath: '.spec.color' },
            { name: 'Size', type: 'integer', jsonPath: '.spec.size', priority: 1 },
            { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
          ],
        }),
      ],
    }),
  )

  it('are held to their schema', async () => {
    const { json } = await send('POST', SHIRTS, shirt('a', { color: 'green', size: 0 }))
    expect(json).toMatchObject({
      reason: 'Invalid',
      message:
        'Shirt.stable.example.com "a" is invalid: [spec.color: Unsupported value: "green": supported values: "red", "blue", spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1]',
    })
  })

  it('lose fields nobody knows, with a warning, or are refused for them', async () => {
    const strange = shirt('a', { color: 'red', sleeves: 2 })
    const warned = await send('POST', SHIRTS, strange)
    expect(warned.json.spec).toEqual({ color: 'red', size: 3 })
    expect(warned.headers.warning).toContain('unknown field \\"spec.sleeves\\"')
    const strict = await send('POST', `${SHIRTS}?fieldValidation=Strict`, strange)
    expect(strict.json.message).toBe(
      'Shirt in version "v1" cannot be handled as a Shirt: strict decoding error: unknown field "spec.sleeves"',
    )
  })

  it('keep spec and status apart, and count the changes of the spec', async () => {
    await send('POST', SHIRTS, shirt('a', { color: 'red' }, { status: { replicas: 9 } }))
    expect((await send('GET', `${SHIRTS}/a`)).json).not.toHaveProperty('status')
    const status = await patch(`${SHIRTS}/a/status`, { spec: { color: 'blue' }, status: { replicas: 2 } })
    expect(status.json).toMatchObject({ metadata: { generation: 1 }, spec: { color: 'red' }, status: { replicas: 2 } })
    const spec = await patch(`${SHIRTS}/a`, { spec: { color: 'blue' }, status: { replicas: 5 } })
    expect(spec.json).toMatchObject({ metadata: { generation: 2 }, spec: { color: 'blue' }, status: { replicas: 2 } })
  })

  it('are scaled', async () => {
    await send('POST', SHIRTS, shirt('a', { color: 'red', replicas: 1 }))
    await patch(`${SHIRTS}/a/status`, { status: { replicas: 1, selector: 'app=a' } })
    expect((await send('GET', `${SHIRTS}/a/scale`)).json).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 1 },
      status: { replicas: 1, selector: 'app=a' },
    })
    expect((await patch(`${SHIRTS}/a/scale`, { spec: { replicas: 4 } })).json).toMatchObject({ spec: { replicas: 4 } })
    expect((await send('GET', `${SHIRTS}/a`)).json).toMatchObject({ spec: { replicas: 4, color: 'red' } })
  })

  it('are selected by their fields', async () => {
    await send('POST', SHIRTS, shirt('a'))
    await send('POST', SHIRTS, shirt('b', { color: 'blue' }))
    const { json } = await send('GET', `${SHIRTS}?fieldSelector=spec.color%3Dblue`)
    expect(json.items).toMatchObject([{ metadata: { name: 'b' } }])
    expect((await send('GET', `${SHIRTS}?fieldSelector=spec.size%3D3`)).json.message).toBe(
      'field label not supported: spec.size',
    )
  })

  it('are shown in the columns of their definition', async () => {
    await send('POST', SHIRTS, shirt('a'))
    const { json } = await call(cluster.exchange, 'GET', SHIRTS, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    })
    expect(json).toMatchObject({
      columnDefinitions: [
        { name: 'Name' },
        { name: 'Color', priority: 0 },
        { name: 'Size', type: 'integer', priority: 1 },
        { name: 'Age', type: 'date' },
      ],
      rows: [{ cells: ['a', 'red', 3, '0s'] }],
    })
  })

  it('take no strategic merge patch', async () => {
    await send('POST', SHIRTS, shirt('a'))
    const { status, json } = await patch(`${SHIRTS}/a`, {}, 'application/strategic-merge-patch+json')
    expect([status, json.reason]).toEqual([415, 'UnsupportedMediaType'])
  })

  it('may go on being wrong where they are not changed', async () => {
    await send('POST', SHIRTS, shirt('a', { color: 'red' }))
    const stricter = structuredClone(shirtSchema) as { properties: { spec: { properties: { color: Tree } } } }
    stricter.properties.spec.properties.color.enum = ['blue']
    const versions = [{ op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema', value: stricter }]
    expect((await patch(`${CRDS}/shirts.stable.example.com`, versions, 'application/json-patch+json')).status).toBe(200)
    expect((await patch(`${SHIRTS}/a`, { spec: { size: 5 } })).status).toBe(200)
    expect((await patch(`${SHIRTS}/a`, { spec: { color: 'green' } })).json.message).toContain(
      'Unsupported value: "green"',
    )
    expect((await send('POST', SHIRTS, shirt('b', { color: 'red' }))).status).toBe(422)
  })
})

describe('documents', () => {
  it('show a custom kind as long as it is served', async () => {
    await define()
    const { paths } = (await send('GET', '/openapi/v3')).json as {
      paths: Record<string, { serverRelativeURL: string }>
    }
    const url = paths['apis/stable.example.com/v1']?.serverRelativeURL ?? ''
    const document = (await send('GET', url)).json as { paths: object; components: { schemas: Record<string, Tree> } }
    expect(document.components.schemas['com.example.stable.v1.Shirt']).toMatchObject({
      properties: { spec: { required: ['color'], properties: { size: { default: 3, minimum: 1 } } } },
      'x-kubernetes-group-version-kind': [{ group: 'stable.example.com', version: 'v1', kind: 'Shirt' }],
    })
    expect(document.paths).toHaveProperty(['/apis/stable.example.com/v1/namespaces/{namespace}/shirts/{name}'])
    const legacy = async () => ((await send('GET', '/openapi/v2')).json as { definitions: object }).definitions
    expect(await legacy()).toHaveProperty(['com.example.stable.v1.Shirt', 'properties', 'spec', 'type'], 'object')
    await send('DELETE', `${CRDS}/shirts.stable.example.com`)
    await expect.poll(legacy, { interval: 5 }).toEqual({})
    expect((await send('GET', url)).status).toBe(404)
  })
})

describe('a change of a definition', () => {
  it('takes effect at once, also on objects that are there', async () => {
    await define()
    await send('POST', SHIRTS, shirt('a', { color: 'red', size: 5 }))
    const spec = { type: 'object', properties: { color: { type: 'string' }, fit: { type: 'string', default: 'slim' } } }
    const schema = { type: 'object', properties: { spec } }
    const change = [{ op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema', value: schema }]
    await patch(`${CRDS}/shirts.stable.example.com`, change, 'application/json-patch+json')
    expect((await send('GET', `${SHIRTS}/a`)).json.spec).toEqual({ color: 'red', fit: 'slim' })
    expect((await send('GET', SHIRTS)).json.items).toMatchObject([{ spec: { color: 'red', fit: 'slim' } }])
  })

  it('ends the watches of a kind that is gone', async () => {
    await define()
    const response = await cluster.exchange({
      method: 'GET',
      url: `${SHIRTS}?watch=true`,
      headers: {},
      body: '',
      signal: new AbortController().signal,
    })
    const seen: unknown[] = []
    const ended = (async () => {
      for await (const chunk of response.body as AsyncIterable<string>) seen.push(chunk)
    })()
    await send('DELETE', `${CRDS}/shirts.stable.example.com`)
    await ended
  })

  it('a version can be added: objects are served in each under its own name', async () => {
    await define()
    await send('POST', SHIRTS, shirt('a'))
    const added = [
      { op: 'add', path: '/spec/versions/-', value: version({ name: 'v2', storage: false, deprecated: true }) },
    ]
    await patch(`${CRDS}/shirts.stable.example.com`, added, 'application/json-patch+json')
    const v2 = await send('GET', `${SHIRTS.replace('/v1/', '/v2/')}/a`)
    expect(v2.json).toMatchObject({ apiVersion: 'stable.example.com/v2', spec: { color: 'red' } })
    expect(v2.headers.warning).toContain('stable.example.com/v2 Shirt is deprecated')
    const created = await send('POST', SHIRTS.replace('/v1/', '/v2/'), {
      ...shirt('b'),
      apiVersion: 'stable.example.com/v2',
    })
    expect(created.json.apiVersion).toBe('stable.example.com/v2')
    expect((await send('GET', `${SHIRTS}/b`)).json.apiVersion).toBe('stable.example.com/v1')
    expect((await send('GET', '/apis/stable.example.com')).json).toMatchObject({ preferredVersion: { version: 'v2' } })
    const unserved = [{ op: 'replace', path: '/spec/versions/1/served', value: false }]
    await patch(`${CRDS}/shirts.stable.example.com`, unserved, 'application/json-patch+json')
    expect((await send('GET', SHIRTS.replace('/v1/', '/v2/'))).status).toBe(404)
  })
})

it('refuses a definition of nothing', async () => {
  for (const spec of [undefined, {}, { versions: null }]) {
    const { status } = await send('POST', CRDS, { metadata: { name: 'a' }, spec })
    expect(status).toBe(422)
  }
})
