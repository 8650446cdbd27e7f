/** What a client holds is what the server has, whatever happened between: writes, closed watches, restarts, compactions. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../test/harness/cluster.ts'
import { type Exchange, isApiError, type k8s, type KubeWatchEvent, resources } from '../api/index.ts'
import { openSqliteStore } from '../store/index.ts'
import { lines } from './body.ts'
import { openInformer } from './informer.ts'
import { openClient } from './open-client.ts'

const NAMES = ['a', 'b', 'c', 'd']
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constant('put' as const), name: fc.constantFrom(...NAMES), value: fc.nat(9) }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('delete' as const), name: fc.constantFrom(...NAMES) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('compact' as const) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('restart' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'naru-follow-'))))
afterEach(() => rmSync(folder, { recursive: true }))

/** A server that can go and come back; the exchange leads to the one there is. */
async function openServer(file: string) {
  let cluster: TestCluster & { close: () => Promise<void> }
  const open = async () => {
    const store = await openSqliteStore({ path: file })
    const opened = await openTestCluster({ store })
    const close = async () => {
      await opened[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    }
    return Object.assign(opened, { close })
  }
  cluster = await open()
  const exchange: Exchange = (request) => cluster.exchange(request)
  return {
    exchange,
    compact: () => cluster.store.compact(cluster.store.revision),
    restart: async () => {
      await cluster.close()
      cluster = await open()
    },
    [Symbol.asyncDispose]: () => cluster.close(),
  }
}
type Server = Awaited<ReturnType<typeof openServer>>

async function take(server: Server, step: Step): Promise<void> {
  const client = openClient(server.exchange)
  if (step.act === 'compact') return server.compact()
  if (step.act === 'restart') return server.restart()
  const ref = { namespace: 'default', name: step.name }
  try {
    if (step.act === 'delete') return await client.delete(resources.configmaps, ref)
    const data = { value: String(step.value) }
    const old = await client.get(resources.configmaps, ref)
    await client.update(resources.configmaps, { ...old, data })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    if (step.act === 'put')
      await client.create(resources.configmaps, { metadata: ref, data: { value: String(step.value) } })
  }
}

const stateOf = (objects: readonly k8s.ConfigMap[]) =>
  Object.fromEntries(
    objects
      .map(({ metadata, data }) => [metadata.name, `${metadata.resourceVersion} ${data?.value ?? ''}`])
      .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  )
const listed = async ({ exchange }: Server) =>
  (await openClient(exchange).list(resources.configmaps, { namespace: 'default' })).items

let files = 0
const withServer = async (body: (server: Server) => Promise<void>) => {
  await using server = await openServer(join(folder, `${(files += 1)}.db`))
  await body(server)
}

describe('a client that follows', () => {
  it('holds what the server has, through restarts and compactions', async () => {
    const follows = fc.asyncProperty(fc.array(step, { maxLength: 14 }), (steps) =>
      withServer(async (server) => {
        await using informer = await openInformer(openClient(server.exchange), resources.configmaps, {
          namespace: 'default',
        })
        for (const one of steps) await take(server, one)
        const wanted = stateOf(await listed(server))
        await expect.poll(() => stateOf(informer.list()), { timeout: 10_000, interval: 5 }).toEqual(wanted)
      }),
    )
    await fc.assert(follows, { numRuns: 10 })
  })

  it('is sent all there is and then what changes, when it asks for that', async () => {
    const replays = fc.asyncProperty(
      fc.array(step, { maxLength: 8 }),
      fc.array(step, { maxLength: 8 }),
      (before, after) =>
        withServer(async (server) => {
          for (const one of before) await take(server, one)
          // Either ends a watch that has not been told of everything yet.
          const kept = after.filter(({ act }) => act !== 'restart' && act !== 'compact')
          const held = await replay(server, kept)
          expect(held).toEqual(stateOf(await listed(server)))
        }),
    )
    await fc.assert(replays, { numRuns: 10 })
  })

  it('reads in pages what was there at the first, or is told that it is too late', async () => {
    const reads = fc.asyncProperty(
      fc.array(step, { maxLength: 10 }),
      fc.array(step, { maxLength: 6 }),
      fc.constantFrom('', 'metadata.name!=a', 'metadata.name=b'),
      (before, between, fieldSelector) =>
        withServer(async (server) => {
          for (const one of before) await take(server, one)
          const wanted = selected(stateOf(await listed(server)), fieldSelector)
          const rest = [...between]
          const next = async () => void (rest.length > 0 && (await take(server, rest.shift() as Step)))
          const read = await readPages(server, fieldSelector, next)
          const compacted = between.some(({ act }) => act === 'compact')
          if (read === 'expired') expect(compacted).toBe(true)
          else expect(read).toEqual(wanted)
        }),
    )
    await fc.assert(reads, { numRuns: 8 })
  })

  it('goes on where a bookmark says, as if it had never been away', async () => {
    const goesOn = fc.asyncProperty(
      fc.array(step, { maxLength: 8 }),
      fc.array(step, { maxLength: 8 }),
      fc.constantFrom('', 'metadata.name!=a', 'metadata.name=b'),
      (before, after, fieldSelector) =>
        withServer(async (server) => {
          for (const one of before) await take(server, one)
          const first = await watchUntilBookmark(server, { fieldSelector, sendInitialEvents: 'true' })
          expect(stateOf([...first.held.values()])).toEqual(selected(stateOf(await listed(server)), fieldSelector))
          const kept = after.filter(({ act }) => act !== 'compact')
          for (const one of kept) await take(server, one)
          const until = await changesSince(server, first, { fieldSelector })
          expect(until).toEqual(selected(stateOf(await listed(server)), fieldSelector))
        }),
    )
    await fc.assert(goesOn, { numRuns: 10 })
  })

  it('loses no write of two that write with what they have read', async () => {
    await withServer(async (server) => {
      const client = openClient(server.exchange)
      const ref = { namespace: 'default', name: 'counter' }
      await client.create(resources.configmaps, { metadata: ref, data: { value: '0' } })
      const count = async () => {
        for (let done = 0; done < 20; ) {
          const read = await client.get(resources.configmaps, ref)
          const data = { value: String(Number(read.data?.value) + 1) }
          try {
            await client.update(resources.configmaps, { ...read, data })
            done += 1
          } catch (error) {
            if (!isApiError(error, 'Conflict')) throw error
          }
        }
      }
      await Promise.all([count(), count(), count()])
      expect((await client.get(resources.configmaps, ref)).data?.value).toBe('60')
    })
  })
})

/** The state that a watch from the beginning tells of, once `steps` have been taken and a last object has come. */
async function replay(server: Server, steps: readonly Step[]) {
  const gone = new AbortController()
  const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
  const response = await server.exchange({
    method: 'GET',
    url: `/api/v1/namespaces/default/configmaps?${query}`,
    headers: {},
    body: '',
    signal: gone.signal,
  })
  const held = new Map<string, k8s.ConfigMap>()
  for await (const line of lines(response)) {
    const { type, object } = JSON.parse(line) as KubeWatchEvent<k8s.ConfigMap>
    const { name, annotations } = object.metadata
    if (type === 'BOOKMARK') {
      if (annotations?.['k8s.io/initial-events-end'] !== 'true') continue
      for (const one of steps) await take(server, one)
      await take(server, { act: 'put', name: 'last', value: 1 })
    } else if (type === 'DELETED') held.delete(name)
    else held.set(name, object)
    if (name === 'last') break
  }
  gone.abort()
  return stateOf([...held.values()])
}

const selected = (state: Record<string, string>, fieldSelector: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(state).filter(
      ([name]) =>
        fieldSelector === '' ||
        (fieldSelector.includes('!=') ? name !== 'a' : fieldSelector === `metadata.name=${name}`),
    ),
  )

/** `between`: done after each page. */
async function readPages(server: Server, fieldSelector: string, between: () => Promise<void>) {
  const held: k8s.ConfigMap[] = []
  let versions = new Set<string | undefined>()
  for (let more: string | undefined = ''; more !== undefined; ) {
    const query = new URLSearchParams({ limit: '1', fieldSelector, ...(more !== '' && { continue: more }) })
    const answer = await call(server.exchange, 'GET', `${MAPS}?${query.toString()}`)
    if (answer.status === 410) return 'expired'
    expect(answer.status).toBe(200)
    const list = answer.json as unknown as k8s.ConfigMapList
    held.push(...list.items)
    versions = versions.add(list.metadata?.resourceVersion)
    more = list.metadata?.continue || undefined
    await between()
  }
  // All pages are of one moment.
  expect(versions.size).toBe(1)
  return stateOf(held)
}

interface Followed {
  held: Map<string, k8s.ConfigMap>
  resourceVersion: string
}

const MAPS = '/api/v1/namespaces/default/configmaps'

async function watchUntilBookmark(server: Server, query: Record<string, string>): Promise<Followed> {
  const held = new Map<string, k8s.ConfigMap>()
  const parameters = { watch: 'true', allowWatchBookmarks: 'true', resourceVersionMatch: 'NotOlderThan', ...query }
  for await (const { type, object } of events(server, parameters)) {
    if (type === 'BOOKMARK') return { held, resourceVersion: object.metadata.resourceVersion ?? '' }
    follow(held, type, object)
  }
  throw new Error('the watch ended before its bookmark')
}

/** Watches from where it was left, to an object that is made now. */
async function changesSince(server: Server, { held, resourceVersion }: Followed, query: { fieldSelector: string }) {
  await take(server, { act: 'put', name: 'a', value: 1 })
  await take(server, { act: 'put', name: 'b', value: 1 })
  await take(server, { act: 'put', name: 'b', value: 2 })
  const wanted = JSON.stringify(selected(stateOf(await listed(server)), query.fieldSelector))
  for await (const { type, object } of events(server, { watch: 'true', resourceVersion, ...query })) {
    follow(held, type, object)
    if (JSON.stringify(stateOf([...held.values()])) === wanted) break
  }
  return stateOf([...held.values()])
}

function follow(held: Map<string, k8s.ConfigMap>, type: string, object: k8s.ConfigMap): void {
  expect(['ADDED', 'MODIFIED', 'DELETED']).toContain(type)
  if (type === 'DELETED') held.delete(object.metadata.name ?? '')
  else held.set(object.metadata.name ?? '', object)
}

async function* events(server: Server, query: Record<string, string>): AsyncGenerator<KubeWatchEvent<k8s.ConfigMap>> {
  const gone = new AbortController()
  const url = `${MAPS}?${new URLSearchParams(query).toString()}`
  const response = await server.exchange({ method: 'GET', url, headers: {}, body: '', signal: gone.signal })
  try {
    for await (const line of lines(response)) yield JSON.parse(line) as KubeWatchEvent<k8s.ConfigMap>
  } finally {
    gone.abort()
  }
}
