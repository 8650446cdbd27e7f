import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, call, type CallOptions } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { apps, type KubeObject, resources } from '../../api/index.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const merge = { 'content-type': 'application/merge-patch+json' }

let cluster: TestCluster
const send = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, options?: CallOptions) =>
  call(cluster.exchange, method, url, options)
const map = (name: string, more: object = {}) => ({ metadata: { name, ...more }, data: { a: '1' } })
const deployment = (name: string, replicas = 1) => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
})
const metaOf = (answer: Answer) => answer.json.metadata as unknown as KubeObject['metadata']

beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

describe('create', () => {
  test('gives the object its uid, times and version, and keeps what it was given', async () => {
    const created = await send('POST', MAPS, { body: map('a') })
    expect(created.status).toBe(201)
    expect(created.json).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } })
    const { uid, resourceVersion, creationTimestamp, namespace } = metaOf(created)
    expect(uid).toMatch(/^[0-9a-f-]{36}$/)
    expect(resourceVersion).toBe(String(cluster.store.revision))
    expect(creationTimestamp).toMatch(/Z$/)
    expect(namespace).toBe('default')
  })

  test('makes a name from generateName that was not there', async () => {
    const names = await Promise.all(
      Array.from({ length: 20 }, () => send('POST', MAPS, { body: { metadata: { generateName: 'x-' } } })),
    )
    expect(new Set(names.map((answer) => metaOf(answer).name)).size).toBe(20)
    for (const answer of names) expect(metaOf(answer).name).toMatch(/^x-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  test('writes nothing on a dry run', async () => {
    const before = cluster.store.revision
    expect((await send('POST', `${MAPS}?dryRun=All`, { body: map('a') })).status).toBe(201)
    expect(cluster.store.revision).toBe(before)
    expect((await send('GET', `${MAPS}/a`)).status).toBe(404)
  })

  test('drops a status that a client sends', async () => {
    const created = await send('POST', DEPLOYMENTS, { body: { ...deployment('d'), status: { replicas: 7 } } })
    expect((created.json.status as { replicas?: number } | undefined)?.replicas).toBeUndefined()
  })

  const refusals: [string, string, CallOptions, number, string | RegExp][] = [
    [
      'a namespace that is not there',
      '/api/v1/namespaces/no/configmaps',
      { body: map('a') },
      404,
      'namespaces "no" not found',
    ],
    [
      'another namespace in the body',
      MAPS,
      { body: map('a', { namespace: 'other' }) },
      400,
      /does not match the namespace/,
    ],
    ['no name', MAPS, { body: { metadata: {} } }, 422, /name or generateName is required/],
    ['a bad name', MAPS, { body: map('A_b') }, 422, /ConfigMap "A_b" is invalid: metadata.name: Invalid value/],
    ['a resourceVersion', MAPS, { body: map('a', { resourceVersion: '1' }) }, 400, /should not be set/],
    ['a wrong type', MAPS, { body: { ...map('a'), data: 5 } }, 400, /cannot be handled as a ConfigMap/],
    ['another kind', MAPS, { body: { ...map('a'), kind: 'Secret' } }, 400, /Secret/],
    ['text that is no JSON', MAPS, { text: '{' }, 400, /json parse error: /],
    ['an array', MAPS, { text: '[]' }, 400, /cannot unmarshal array/],
    ['a key __proto__', MAPS, { text: '{"metadata":{"name":"a"},"__proto__":{"x":1}}' }, 400, /__proto__/],
    [
      'an escaped key __proto__',
      MAPS,
      { text: '{"metadata":{"name":"a"},"\\u005f_proto__":{"x":1}}' },
      400,
      /__proto__/,
    ],
    ['deep nesting', MAPS, { text: '['.repeat(100_000) }, 400, /nested deeper/],
    [
      'an unknown field, strictly',
      `${MAPS}?fieldValidation=Strict`,
      { body: { ...map('a'), foo: 1 } },
      400,
      /strict decoding error: unknown field "foo"/,
    ],
    [
      'a type of body nobody reads',
      MAPS,
      { text: 'x', headers: { 'content-type': 'text/plain' } },
      415,
      /unknown format/,
    ],
    ['more than 3 MiB', MAPS, { text: `"${'x'.repeat(3 * 1024 * 1024)}"` }, 413, /too large/],
    [
      'a list',
      MAPS,
      { body: [] },
      400,
      /unrecognized \(must be of type ConfigMap\): couldn't get version\/kind; .*array/,
    ],
    [
      'a kind that is a number',
      MAPS,
      { body: { kind: 7 } },
      400,
      /struct field \.kind of type string \(\{"kind":7\}\)/,
    ],
    ['a malformed version', MAPS, { body: { apiVersion: 'a/b/c' } }, 400, /unexpected GroupVersion string: a\/b\/c/],
    ['nothing at all', MAPS, { text: 'null' }, 422, /name or generateName is required/],
    [
      'an unknown dry run',
      `${MAPS}?dryRun=Some`,
      { body: map('a') },
      422,
      /CreateOptions.*dryRun: Unsupported value: \["Some"\]/,
    ],
    [
      'a collection that is not served',
      '/api/v1/namespaces/default/foos',
      { body: {} },
      404,
      'the server could not find the requested resource',
    ],
    [
      'a namespaced kind without a namespace',
      '/api/v1/configmaps',
      { body: map('a') },
      405,
      /does not allow this method/,
    ],
  ]
  test.each(refusals)('refuses %s', async (_what, url, options, status, message) => {
    const answer = await send('POST', url, options)
    expect(answer.json).toMatchObject({ kind: 'Status', status: 'Failure', code: status })
    expect(answer.status).toBe(status)
    expect(answer.json.message).toMatch(message)
  })

  test('says what is there already', async () => {
    await send('POST', MAPS, { body: map('a') })
    const again = await send('POST', MAPS, { body: map('a') })
    expect(again.json).toMatchObject({ code: 409, reason: 'AlreadyExists', message: 'configmaps "a" already exists' })
  })

  test('warns of unknown fields and drops them', async () => {
    const answer = await send('POST', MAPS, { body: { ...map('a'), foo: 1 } })
    expect(answer.headers.warning).toBe('299 - "unknown field \\"foo\\""')
    expect(answer.json).not.toHaveProperty('foo')
  })

  test('reads YAML and writes it', async () => {
    const answer = await send('POST', MAPS, {
      text: 'metadata:\n  name: a\ndata:\n  date: "2024-01-01"\n  mode: "0644"\n',
      headers: { 'content-type': 'application/yaml', accept: 'application/yaml' },
    })
    expect(answer.headers['content-type']).toBe('application/yaml')
    expect(answer.text).toContain('date: "2024-01-01"')
  })
})

describe('update', () => {
  test('with the version it read wins once, and the second writer is told', async () => {
    const { json } = await send('POST', MAPS, { body: map('a') })
    expect((await send('PUT', `${MAPS}/a`, { body: { ...json, data: { a: '2' } } })).status).toBe(200)
    const second = await send('PUT', `${MAPS}/a`, { body: { ...json, data: { a: '3' } } })
    expect(second.json).toMatchObject({ code: 409, reason: 'Conflict', details: { name: 'a', kind: 'configmaps' } })
  })

  test('takes a version of 0 for none', async () => {
    await send('POST', MAPS, { body: map('a') })
    const body = { ...map('a', { resourceVersion: '0' }), data: { a: '2' } }
    expect((await send('PUT', `${MAPS}/a`, { body })).json).toMatchObject({ data: { a: '2' } })
  })

  test('without a version overwrites whatever is there, also under contention', async () => {
    await send('POST', MAPS, { body: map('a') })
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => send('PUT', `${MAPS}/a`, { body: { ...map('a'), data: { a: `v${i}` } } })),
    )
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 10 }, () => 200))
  })

  test('that changes nothing writes nothing', async () => {
    const { json } = await send('POST', MAPS, { body: map('a') })
    const before = cluster.store.revision
    const again = await send('PUT', `${MAPS}/a`, { body: json })
    expect(metaOf(again).resourceVersion).toBe(metaOf({ json } as unknown as Answer).resourceVersion)
    expect(cluster.store.revision).toBe(before)
  })

  test('of the spec leaves the status, of the status leaves the spec; only the spec counts generations', async () => {
    await send('POST', DEPLOYMENTS, { body: deployment('d') })
    const status = { observedGeneration: 1, replicas: 3 }
    const second = await send('PUT', `${DEPLOYMENTS}/d/status`, { body: { ...deployment('d', 9), status } })
    expect(second.json).toMatchObject({ spec: { replicas: 1 }, status, metadata: { generation: 1 } })
    const third = await send('PUT', `${DEPLOYMENTS}/d`, { body: { ...deployment('d', 4), status: { replicas: 0 } } })
    expect(third.json).toMatchObject({ spec: { replicas: 4 }, status, metadata: { generation: 2 } })
    const labelled = await send('PATCH', `${DEPLOYMENTS}/d`, {
      body: { metadata: { labels: { a: 'b' } } },
      headers: merge,
    })
    expect(labelled.json).toMatchObject({ metadata: { generation: 2, labels: { a: 'b' } } })
  })

  test('cannot change what the server owns', async () => {
    const { json } = await send('POST', MAPS, { body: map('a') })
    const changed = (fields: object) => ({ ...json, metadata: { ...json.metadata, ...fields } })
    const after = await send('PUT', `${MAPS}/a`, { body: changed({ creationTimestamp: '2000-01-01T00:00:00Z' }) })
    expect(after.json.metadata).toEqual(json.metadata)
    for (const mark of [{ deletionTimestamp: '2000-01-01T00:00:00Z' }, { deletionGracePeriodSeconds: 1 }])
      expect((await send('PUT', `${MAPS}/a`, { body: changed(mark) })).json).toMatchObject({
        code: 422,
        message: expect.stringContaining('field is immutable') as string,
      })
    const patched = await send('PATCH', `${MAPS}/a`, {
      body: { metadata: { uid: 'other' } },
      headers: { 'content-type': 'application/merge-patch+json' },
    })
    expect(patched.json.message).toBe(
      'ConfigMap "a" is invalid: metadata.uid: Invalid value: "other": field is immutable',
    )
    const stranger = await send('PUT', `${MAPS}/a`, { body: map('a', { uid: 'other' }) })
    expect(stranger.json).toMatchObject({ code: 409, reason: 'Conflict' })
    expect(stranger.json.message).toMatch(/UID in precondition: other/)
  })

  test('creates a Lease that is not there, but no ConfigMap', async () => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases'
    expect(
      (await send('PUT', `${leases}/l`, { body: { metadata: { name: 'l' }, spec: { holderIdentity: 'me' } } })).status,
    ).toBe(201)
    const unpinned = await send('PUT', `${leases}/l`, { body: { metadata: { name: 'l' } } })
    expect(unpinned.json.message).toMatch(/metadata.resourceVersion: Invalid value: 0: must be specified for an update/)
    expect((await send('PUT', `${MAPS}/none`, { body: map('none') })).json).toMatchObject({
      code: 404,
      message: 'configmaps "none" not found',
    })
    expect((await send('PUT', `${MAPS}/one`, { body: map('two') })).json).toMatchObject({ code: 400 })
  })
})

describe('patch', () => {
  test.each([
    ['merge', 'application/merge-patch+json', { data: { a: null, b: '2' } }],
    [
      'json',
      'application/json-patch+json',
      [
        { op: 'remove', path: '/data/a' },
        { op: 'add', path: '/data/b', value: '2' },
      ],
    ],
    ['strategic', 'application/strategic-merge-patch+json', { data: { a: null, b: '2' } }],
  ])('%s changes what it says', async (_type, contentType, body) => {
    await send('POST', MAPS, { body: map('a') })
    const answer = await send('PATCH', `${MAPS}/a`, { body, headers: { 'content-type': contentType } })
    expect(answer.json).toMatchObject({ data: { b: '2' } })
    expect(answer.json.data).not.toHaveProperty('a')
  })

  test('without a version is tried again when others write', async () => {
    await send('POST', MAPS, { body: { metadata: { name: 'a' } } })
    const patches = Array.from({ length: 15 }, (_, i) =>
      send('PATCH', `${MAPS}/a`, { body: { data: { [`k${i}`]: 'v' } }, headers: merge }),
    )
    expect((await Promise.all(patches)).every((answer) => answer.status === 200)).toBe(true)
    expect(Object.keys((await send('GET', `${MAPS}/a`)).json.data as object)).toHaveLength(15)
  })

  test('with an old version is a conflict; of another kind of body is refused', async () => {
    await send('POST', MAPS, { body: map('a') })
    const pinned = { metadata: { resourceVersion: '1' }, data: { x: 'y' } }
    expect((await send('PATCH', `${MAPS}/a`, { body: pinned, headers: merge })).json).toMatchObject({ code: 409 })
    expect((await send('PATCH', `${MAPS}/a`, { body: {} })).json).toMatchObject({
      code: 415,
      reason: 'UnsupportedMediaType',
    })
    expect((await send('PATCH', `${MAPS}/b`, { body: {}, headers: merge })).json).toMatchObject({ code: 404 })
  })

  test('of a custom kind is not strategic', async () => {
    await cluster.client.create(apps, {
      metadata: { name: 'a', namespace: 'default' },
      spec: { image: 'registry.example/x@sha256:0' },
    })
    const url = '/apis/apps.naru.dev/v1/namespaces/default/apps/a'
    const strategic = { 'content-type': 'application/strategic-merge-patch+json' }
    expect((await send('PATCH', url, { body: {}, headers: strategic })).status).toBe(415)
    expect((await send('PATCH', url, { body: { spec: { port: 99 } }, headers: merge })).json).toMatchObject({
      spec: { port: 99 },
      metadata: { generation: 2 },
    })
  })
})

describe('delete', () => {
  test.each([
    ['?propagationPolicy=Some', {}, 422, 'propagationPolicy: Unsupported value: "Some"'],
    ['?propagationPolicy=Orphan&orphanDependents=true', {}, 422, 'cannot be both set'],
    ['?dryRun=Some', {}, 422, 'dryRun: Unsupported value: ["Some"]: supported values: "All"'],
    ['', { body: { dryRun: ['Some'] } }, 422, 'dryRun: Unsupported value: ["Some"]: supported values: "All"'],
    ['?gracePeriodSeconds=x', {}, 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ])('refuses options %s %j', async (query, options, code, message) => {
    await send('POST', MAPS, { body: map('a') })
    const { json } = await send('DELETE', `${MAPS}/a${query}`, options)
    expect(json).toMatchObject({ code })
    expect(json.message).toContain(message)
  })

  test('takes its options from the body where there is one, and a negative grace for none', async () => {
    await send('POST', MAPS, { body: map('a') })
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: -1 }
    expect((await send('DELETE', `${MAPS}/a?dryRun=Some`, { body })).json).toMatchObject({ status: 'Success' })
    expect((await send('GET', `${MAPS}/a`)).status).toBe(404)
  })

  test('answers with a Status that names what is gone', async () => {
    const { json } = await send('POST', MAPS, { body: map('a') })
    const gone = await send('DELETE', `${MAPS}/a`)
    expect(gone.json).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: json.metadata?.uid },
    })
    expect((await send('DELETE', `${MAPS}/a`)).status).toBe(404)
  })

  test('waits for finalizers, and the last one lets go', async () => {
    await send('POST', MAPS, { body: map('a', { finalizers: ['x.io/y'] }) })
    const marked = await send('DELETE', `${MAPS}/a`)
    expect(metaOf(marked).deletionTimestamp).toBeDefined()
    const added = await send('PATCH', `${MAPS}/a`, {
      body: { metadata: { finalizers: ['x.io/y', 'x.io/z'] } },
      headers: merge,
    })
    expect(added.json.message).toMatch(
      /no new finalizers can be added if the object is being deleted, found new finalizers \[\]string\{"x.io\/z"\}/,
    )
    await send('PATCH', `${MAPS}/a`, { body: { metadata: { finalizers: null } }, headers: merge })
    expect((await send('GET', `${MAPS}/a`)).status).toBe(404)
  })

  test.each([
    ['Foreground', ['foregroundDeletion']],
    ['Orphan', ['orphan']],
  ])('with propagationPolicy %s leaves the rest to the garbage collector', async (propagationPolicy, finalizers) => {
    await send('POST', MAPS, { body: map('a') })
    const marked = await send('DELETE', `${MAPS}/a`, { body: { propagationPolicy } })
    expect(metaOf(marked).finalizers).toEqual(finalizers)
  })

  test('respects its preconditions', async () => {
    const { json } = await send('POST', MAPS, { body: map('a') })
    expect((await send('DELETE', `${MAPS}/a`, { body: { preconditions: { uid: 'no' } } })).json).toMatchObject({
      code: 409,
    })
    expect(
      (await send('DELETE', `${MAPS}/a`, { body: { preconditions: { resourceVersion: '1' } } })).json,
    ).toMatchObject({ code: 409 })
    const { uid, resourceVersion } = metaOf({ json } as unknown as Answer)
    expect((await send('DELETE', `${MAPS}/a`, { body: { preconditions: { uid, resourceVersion } } })).status).toBe(200)
  })

  test('of a collection takes what the selector takes', async () => {
    for (const [name, tier] of [
      ['a', 'x'],
      ['b', 'x'],
      ['c', 'y'],
    ] as const)
      await send('POST', MAPS, { body: map(name, { labels: { tier } }) })
    const gone = await send('DELETE', `${MAPS}?labelSelector=tier%3Dx`)
    expect((gone.json.items as unknown[]).length).toBe(2)
    const left = await cluster.client.list(resources.configmaps, { namespace: 'default' })
    expect(left.items.map((item) => item.metadata.name)).toEqual(['c'])
  })
})
