import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type KubeObject, type KubeWatchEvent, resources } from '../../api/index.ts'
import { lines } from '../../client/index.ts'
import { FakeClock } from '../../lib/index.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
let cluster: TestCluster
let clock: FakeClock

beforeEach(async () => {
  clock = new FakeClock()
  cluster = await openTestCluster({ clock })
})
afterEach(() => cluster[Symbol.asyncDispose]())

const create = (name: string, labels: Record<string, string> = {}) =>
  cluster.client.create(resources.configmaps, { metadata: { name, namespace: 'default', labels } })
const relabel = (name: string, labels: Record<string, string | null>) =>
  cluster.client.patch(resources.configmaps, { namespace: 'default', name }, { metadata: { labels } })
const remove = (name: string) => cluster.client.delete(resources.configmaps, { namespace: 'default', name })

/** A watch that is read one event at a time. */
async function openWatch(query: string, base = MAPS) {
  const stop = new AbortController()
  const response = await cluster.exchange({
    method: 'GET',
    url: `${base}?watch=true${query}`,
    headers: {},
    body: '',
    signal: stop.signal,
  })
  const iterator = lines(response)[Symbol.asyncIterator]()
  return {
    response,
    stop,
    next: async (): Promise<KubeWatchEvent | undefined> => {
      const { value, done } = await iterator.next()
      return done ? undefined : (JSON.parse(value) as KubeWatchEvent)
    },
    async take(count: number): Promise<[string, string][]> {
      const seen: [string, string][] = []
      while (seen.length < count) {
        const event = await this.next()
        if (event === undefined) break
        seen.push([event.type, event.object.metadata.name])
      }
      return seen
    },
  }
}

describe('watch', () => {
  test('starts with what is there, then follows', async () => {
    await create('a')
    const watch = await openWatch('')
    expect(await watch.take(1)).toEqual([['ADDED', 'a']])
    await create('b')
    await relabel('a', { x: 'y' })
    await remove('b')
    expect(await watch.take(3)).toEqual([
      ['ADDED', 'b'],
      ['MODIFIED', 'a'],
      ['DELETED', 'b'],
    ])
    watch.stop.abort()
    expect(await watch.next()).toBeUndefined()
  })

  test('from a revision sees each later change once, with the revision of the change', async () => {
    const a = await create('a')
    await create('b')
    await remove('a')
    const watch = await openWatch(`&resourceVersion=${a.metadata.resourceVersion}`)
    const first = await watch.next()
    const second = await watch.next()
    expect([first?.type, second?.type]).toEqual(['ADDED', 'DELETED'])
    expect(second?.object.metadata.resourceVersion).toBe(String(cluster.store.revision))
  })

  test('by labels sees objects come and go as they start and stop to match', async () => {
    const watch = await openWatch('&labelSelector=tier%3Dx&resourceVersion=' + cluster.store.revision)
    await create('a')
    await relabel('a', { tier: 'x' })
    await relabel('a', { more: '1' })
    await relabel('a', { tier: 'y' })
    await remove('a')
    await create('b', { tier: 'x' })
    const [added, modified, deleted, other] = [
      await watch.next(),
      await watch.next(),
      await watch.next(),
      await watch.next(),
    ]
    expect([added?.type, modified?.type, deleted?.type]).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
    expect(deleted?.object.metadata.labels).toEqual({ tier: 'x', more: '1' })
    expect([other?.type, other?.object.metadata.name]).toEqual(['ADDED', 'b'])
  })

  test('of one name is not disturbed by longer ones', async () => {
    const watch = await openWatch('&fieldSelector=metadata.name%3Dweb&resourceVersion=' + cluster.store.revision)
    await create('web2')
    await create('web')
    expect(await watch.take(1)).toEqual([['ADDED', 'web']])
  })

  test('of all namespaces sees all, of one only its own', async () => {
    const everywhere = await openWatch('&resourceVersion=' + cluster.store.revision, '/api/v1/configmaps')
    const here = await openWatch('&resourceVersion=' + cluster.store.revision)
    await cluster.client.create(resources.configmaps, { metadata: { name: 'there', namespace: 'kube-system' } })
    await create('here')
    expect(await everywhere.take(2)).toEqual([
      ['ADDED', 'there'],
      ['ADDED', 'here'],
    ])
    expect(await here.take(1)).toEqual([['ADDED', 'here']])
  })

  test('streams a list when asked to, and says where it ends', async () => {
    await create('a')
    const watch = await openWatch('&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true')
    expect(await watch.take(1)).toEqual([['ADDED', 'a']])
    const bookmark = await watch.next()
    expect(bookmark?.type).toBe('BOOKMARK')
    expect(bookmark?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
    expect(bookmark?.object.metadata.resourceVersion).toBe(String(cluster.store.revision))
  })

  test('bookmarks tell how far it got while nothing of its kind happens', async () => {
    const watch = await openWatch('&allowWatchBookmarks=true&resourceVersion=' + cluster.store.revision)
    const next = watch.next()
    await cluster.client.create(resources.namespaces, { metadata: { name: 'n' }, spec: {} })
    await clock.advance(60_000)
    expect(await next).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { resourceVersion: String(cluster.store.revision) } },
    })
  })

  test('ends when its time is up, and when the server stops', async () => {
    const timed = await openWatch('&timeoutSeconds=5&resourceVersion=' + cluster.store.revision)
    const ended = timed.next()
    await clock.advance(5000)
    expect(await ended).toBeUndefined()
    const other = await openWatch('&resourceVersion=' + cluster.store.revision)
    const stopped = other.next()
    await cluster.server[Symbol.asyncDispose]()
    expect(await stopped).toBeUndefined()
    expect(cluster.store.stats().watches).toBe(0)
  })

  test.each([
    ['is compacted', () => 1, 410, 'Expired'],
    ['has not happened', () => cluster.store.revision + 5, 504, 'Timeout'],
  ])('from a revision that %s gets an ERROR event', async (_what, revision, code, reason) => {
    await create('a')
    await cluster.store.compact(cluster.store.revision)
    const watch = await openWatch(`&resourceVersion=${revision()}`)
    expect(watch.response.status).toBe(200)
    expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code, reason } })
    expect(await watch.next()).toBeUndefined()
  })

  test('that nobody reads any more leaves nothing behind', async () => {
    for await (const event of cluster.client.watch(resources.namespaces, {})) {
      expect((event.object as KubeObject).kind).toBe('Namespace')
      break
    }
    expect(cluster.store.stats().watches).toBe(0)
  })
})
