import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lines } from '../../client/index.ts'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
let cluster: TestCluster
const get = (url: string, headers = {}) => call(cluster.exchange, 'GET', url, { headers })
const names = (json: Record<string, unknown>) =>
  (json.items as { metadata: { name: string } }[]).map((item) => item.metadata.name)
const metaOf = (json: Record<string, unknown>) =>
  json.metadata as { resourceVersion: string; continue?: string; remainingItemCount?: number }
const create = (name: string, labels = {}) =>
  call(cluster.exchange, 'POST', MAPS, { body: { metadata: { name, labels } } })

beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

describe('list', () => {
  test('gives the objects as they are stored, at the revision of the store', async () => {
    const created = await create('a')
    const { json } = await get(MAPS)
    expect(json).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' })
    expect(json.items).toEqual([created.json])
    expect(metaOf(json).resourceVersion).toBe(String(cluster.store.revision))
  })

  test('of all namespaces and of one', async () => {
    await create('a')
    await call(cluster.exchange, 'POST', '/api/v1/namespaces/kube-system/configmaps', {
      body: { metadata: { name: 'b' } },
    })
    expect(names((await get('/api/v1/configmaps')).json)).toEqual(['a', 'b'])
    expect(names((await get(MAPS)).json)).toEqual(['a'])
  })

  test.each([
    ['labelSelector=tier%3Dx', ['a', 'b']],
    ['labelSelector=tier+in+(x,y),!gone', ['a', 'b', 'c']],
    ['labelSelector=tier!%3Dx', ['c', 'd']],
    ['fieldSelector=metadata.name%3Dc', ['c']],
    ['fieldSelector=metadata.name!%3Dc&labelSelector=tier', ['a', 'b']],
    ['fieldSelector=metadata.name%3Dzz', []],
  ])('selects by %s', async (query, expected) => {
    for (const [name, labels] of [
      ['a', { tier: 'x' }],
      ['b', { tier: 'x' }],
      ['c', { tier: 'y' }],
      ['d', {}],
    ] as const)
      await create(name, labels)
    expect(names((await get(`${MAPS}?${query}`)).json)).toEqual(expected)
  })

  test('pages without loss, consistent at the first page', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await create(name)
    const first = await get(`${MAPS}?limit=2`)
    expect(names(first.json)).toEqual(['a', 'b'])
    expect(metaOf(first.json).remainingItemCount).toBe(3)
    await create('bb')
    await call(cluster.exchange, 'DELETE', `${MAPS}/c`)
    const second = await get(`${MAPS}?limit=2&continue=${metaOf(first.json).continue}`)
    expect(names(second.json)).toEqual(['c', 'd'])
    expect(metaOf(second.json).resourceVersion).toBe(metaOf(first.json).resourceVersion)
    const third = await get(`${MAPS}?limit=2&continue=${metaOf(second.json).continue}`)
    expect(names(third.json)).toEqual(['e'])
    expect(metaOf(third.json).continue).toBeUndefined()
  })

  test('pages through a selection by what was selected', async () => {
    for (let i = 0; i < 12; i++) await create(`m${String(i).padStart(2, '0')}`, i % 3 === 0 ? { pick: 'me' } : {})
    const seen: string[] = []
    for (let token: string | undefined = ''; token !== undefined; ) {
      const { json } = await get(`${MAPS}?limit=3&labelSelector=pick&continue=${token}`)
      seen.push(...names(json))
      token = metaOf(json).continue
    }
    expect(seen).toEqual(['m00', 'm03', 'm06', 'm09'])
  })

  test('a page of a compacted revision is Expired and says how to go on', async () => {
    for (const name of ['a', 'b', 'c']) await create(name)
    const first = await get(`${MAPS}?limit=1`)
    await create('d')
    await cluster.store.compact(cluster.store.revision)
    const gone = await get(`${MAPS}?limit=1&continue=${metaOf(first.json).continue}`)
    expect(gone.json).toMatchObject({ code: 410, reason: 'Expired' })
    const rest = await get(`${MAPS}?continue=${metaOf(gone.json).continue}`)
    expect(names(rest.json)).toEqual(['b', 'c', 'd'])
  })

  test('at an exact revision shows the past, and refuses the future', async () => {
    const { json } = await create('a')
    const then = metaOf(json).resourceVersion
    await create('b')
    expect(names((await get(`${MAPS}?resourceVersion=${then}&resourceVersionMatch=Exact`)).json)).toEqual(['a'])
    expect(names((await get(`${MAPS}?resourceVersion=${then}`)).json)).toEqual(['a', 'b'])
    expect((await get(`${MAPS}?resourceVersion=99999`)).json).toMatchObject({ code: 504, reason: 'Timeout' })
  })

  test.each([
    ['limit=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['limit=99999999999999999999', 'strconv.ParseInt: parsing "99999999999999999999": value out of range'],
    ['timeoutSeconds=1.5', 'strconv.ParseInt: parsing "1.5": invalid syntax'],
    ['resourceVersion=x', 'invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: '],
    ['continue=%21%21', 'invalid continue token: continue key is not valid: illegal base64 data at input byte 0'],
    ['labelSelector=a+in+(b', 'unable to parse requirement'],
    ['fieldSelector=spec.foo%3Dbar', 'is not a known field selector'],
  ])('refuses ?%s', async (query, message) => {
    const { json } = await get(`${MAPS}?${query}`)
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
    expect(json.message).toContain(message)
  })

  test.each([
    [
      'resourceVersionMatch=Exact',
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      'resourceVersionMatch=Exact&resourceVersion=0',
      'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [
      'resourceVersionMatch=X&resourceVersion=1',
      'Unsupported value: "X": supported values: "Exact", "NotOlderThan", ""',
    ],
    ['sendInitialEvents=true', 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
    ['watch=1&resourceVersionMatch=Exact', 'supported values: "NotOlderThan"'],
    ['watch=1&sendInitialEvents=true', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
  ])('has no such option as ?%s', async (query, message) => {
    const { json } = await get(`${MAPS}?${query}`)
    expect(json).toMatchObject({ code: 422, reason: 'Invalid', details: { kind: 'ListOptions', group: 'meta.k8s.io' } })
    expect(json.message).toContain(message)
  })

  test('counts a negative limit as none', async () => {
    await create('a')
    expect(names((await get(`${MAPS}?limit=-1`)).json)).toEqual(['a'])
  })

  test.each(['v1', 'v1beta1'])('renders only the metadata when that is asked for, in %s', async (version) => {
    await create('a')
    const accept = `application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=${version}`
    const { json } = await get(MAPS, { accept })
    expect(json).toMatchObject({
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${version}`,
      items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'a' } }],
    })
  })

  test.each([
    ['application/vnd.kubernetes.protobuf,application/json', 200],
    ['application/vnd.kubernetes.protobuf', 406],
    ['application/cbor', 406],
    ['*/*', 200],
    ['text/html;q=0.9, application/yaml', 200],
  ])('answers Accept %s with %i', async (accept, status) => {
    expect((await get(MAPS, { accept })).status).toBe(status)
  })
})

describe('tables', () => {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

  test('have a row for each object, with its metadata', async () => {
    await create('a')
    const { json } = await get(MAPS, { accept })
    expect(json).toMatchObject({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: String(cluster.store.revision) },
    })
    const rows = json.rows as { cells: unknown[]; object: object }[]
    expect(rows[0]).toMatchObject({
      cells: ['a', 0, expect.any(String)],
      object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } },
    })
  })

  test('of one object, and with the whole object', async () => {
    await create('a')
    const { json } = await get(`${MAPS}/a?includeObject=Object`, { accept })
    expect((json.rows as { object: object }[])[0]?.object).toMatchObject({ kind: 'ConfigMap' })
    expect((await get(`${MAPS}?includeObject=Some`, { accept })).json).toMatchObject({ code: 400 })
  })

  test('of a watch tell the columns once', async () => {
    await create('a')
    await create('b')
    const headers = { accept }
    const stop = new AbortController()
    const response = await cluster.exchange({
      method: 'GET',
      url: `${MAPS}?watch=true`,
      headers,
      body: '',
      signal: stop.signal,
    })
    const seen: { type: string; object: { columnDefinitions: unknown[] } }[] = []
    for await (const line of lines(response)) {
      seen.push(JSON.parse(line))
      if (seen.length === 2) stop.abort()
    }
    expect(seen.map(({ object }) => object.columnDefinitions.length > 0)).toEqual([true, false])
  })
})
