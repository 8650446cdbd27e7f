/** What every store must do, as tests. A store's own test file calls `describeStore` with a way to open one. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Store, StoreEvent, Watch } from './store.ts'

export interface StoreUnderTest {
  open(): Promise<Store>
}

/** Opens stores and closes them after each test. */
export function describeStore(name: string, subject: StoreUnderTest): void {
  describe(`${name}: a store`, () => {
    let store: Store
    const opened: Store[] = []
    const open = async () => {
      store = await subject.open()
      opened.push(store)
      return store
    }
    afterEach(async () => {
      for (const one of opened.splice(0)) await one[Symbol.asyncDispose]()
    })

    describe('writes', () => {
      it('starts at revision 1 and gives each write the next one', async () => {
        await open()
        expect(store.revision).toBe(1)
        const a = await store.create('/a', (revision) => `a@${revision}`)
        expect(a).toEqual({ key: '/a', value: 'a@2', revision: 2, createRevision: 2 })
        const b = await store.update('/a', 2, (revision) => `b@${revision}`)
        expect(b).toEqual({ key: '/a', value: 'b@3', revision: 3, createRevision: 2 })
        expect(await store.get('/a')).toEqual(b)
        expect(store.revision).toBe(3)
      })

      it('calls encode once when a write is applied and never when it is refused', async () => {
        await open()
        const calls: string[] = []
        const encode = (label: string) => (revision: number) => {
          calls.push(`${label}@${revision}`)
          return label
        }
        await store.create('/a', encode('create'))
        await expect(store.create('/a', encode('again'))).rejects.toMatchObject({ reason: 'exists' })
        await expect(store.update('/a', 9, encode('stale'))).rejects.toMatchObject({ reason: 'conflict' })
        await expect(store.update('/b', 1, encode('absent'))).rejects.toMatchObject({ reason: 'notFound' })
        await expect(store.delete('/b', undefined, encode('absent'))).rejects.toMatchObject({ reason: 'notFound' })
        await expect(store.delete('/a', 9, encode('stale'))).rejects.toMatchObject({ reason: 'conflict' })
        expect(calls).toEqual(['create@2'])
        expect(store.revision).toBe(2)
      })

      it('rejects a write with what encode threw, and uses no revision for it', async () => {
        await open()
        const failing = store.create('/a', () => {
          throw new RangeError('no such value')
        })
        const next = store.create('/b', String)
        await expect(failing).rejects.toThrow('no such value')
        expect((await next).revision).toBe(2)
        expect(await store.get('/a')).toBeUndefined()
      })

      it('deletes with the state that the deleter encodes, and lets the key be created anew', async () => {
        await open()
        await store.create('/a', () => 'first')
        const deleted = await store.delete('/a', undefined, (revision, current) => `${current.value}, gone@${revision}`)
        expect(deleted).toEqual({ key: '/a', value: 'first, gone@3', revision: 3, createRevision: 2 })
        expect(await store.get('/a')).toBeUndefined()
        expect(await store.create('/a', () => 'second')).toMatchObject({ revision: 4, createRevision: 4 })
      })

      it('lets only one of several writers with the same expected revision win', async () => {
        await open()
        const { revision } = await store.create('/a', () => '0')
        const writers = Array.from({ length: 10 }, (_, i) => store.update('/a', revision, () => `${i}`))
        const results = await Promise.allSettled(writers)
        expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', ...Array(9).fill('rejected')])
        expect(await store.get('/a')).toMatchObject({ value: '0', revision: 3 })
      })

      it('applies the writes of one turn in the order they were asked for', async () => {
        await open()
        const written = await Promise.all([
          store.create('/a', () => 'a'),
          store.create('/b', () => 'b'),
          store.update('/a', 2, () => 'c'),
          store.delete('/a', 4, () => 'd'),
          store.create('/a', () => 'e'),
        ])
        expect(written.map((entry) => entry.revision)).toEqual([2, 3, 4, 5, 6])
        expect((await store.get('/a'))?.value).toBe('e')
      })

      it.each([
        ['', 'empty'],
        ['/a\0b', 'NUL'],
        ['/\ud800', 'a lone surrogate'],
      ])('refuses the key %j (%s) and finds nothing there', async (key) => {
        await open()
        await expect(store.create(key, String)).rejects.toMatchObject({ reason: 'invalidKey' })
        expect(await store.get(key)).toBeUndefined()
      })

      it('keeps any text unchanged', async () => {
        await open()
        const text = '나루 ⛵ "quoted" \\ \n \u2028 '.repeat(50_000)
        await store.create('/한글/키', () => text)
        expect((await store.get('/한글/키'))?.value).toBe(text)
      })
    })

    describe('lists', () => {
      const keysOf = (result: { entries: readonly { key: string }[] }) => result.entries.map((entry) => entry.key)

      it('gives the entries under a prefix in key order, with the revision they are of', async () => {
        await open()
        for (const key of ['/b/2', '/a/1', '/b/10', '/c', '/b']) await store.create(key, () => key)
        const result = await store.list('/b/')
        expect(keysOf(result)).toEqual(['/b/10', '/b/2'])
        expect(result).toMatchObject({ revision: 6, remaining: 0 })
        expect(await store.count('/b/')).toBe(2)
        expect(await store.count('/b')).toBe(3)
        expect(await store.count('')).toBe(5)
        expect(await store.count('/nothing')).toBe(0)
      })

      it('orders keys by code point', async () => {
        await open()
        for (const key of ['/\u{1f600}', '/\uffee', '/z', '/\ue000', '/가']) await store.create(key, () => '')
        expect(keysOf(await store.list('/'))).toEqual(['/z', '/가', '/\ue000', '/\uffee', '/\u{1f600}'])
      })

      it('pages at one revision while writes go on', async () => {
        await open()
        for (const key of ['/a', '/b', '/c', '/d', '/e']) await store.create(key, () => `${key} old`)
        const first = await store.list('/', { limit: 2 })
        expect(first).toMatchObject({ revision: 6, remaining: 3 })
        await store.delete('/c', undefined, () => 'gone')
        await store.create('/bb', () => 'new')
        await store.update('/d', 5, () => 'new')
        await store.create('/c', () => 'back')
        const page = { revision: first.revision, limit: 2 }
        const second = await store.list('/', { ...page, after: '/b' })
        expect(second.entries.map((entry) => entry.value)).toEqual(['/c old', '/d old'])
        expect(second).toMatchObject({ revision: 6, remaining: 1 })
        expect(keysOf(await store.list('/', { ...page, after: '/d' }))).toEqual(['/e'])
        expect(keysOf(await store.list('/'))).toEqual(['/a', '/b', '/bb', '/c', '/d', '/e'])
      })

      it('refuses revisions that are compacted or to come', async () => {
        await open()
        for (const key of ['/a', '/b', '/c']) await store.create(key, () => key)
        await store.compact(3)
        await expect(store.list('/', { revision: 2 })).rejects.toMatchObject({ reason: 'compacted' })
        await expect(store.list('/', { revision: 5 })).rejects.toMatchObject({ reason: 'future' })
        expect(keysOf(await store.list('/', { revision: 3 }))).toEqual(['/a', '/b'])
      })

      it('starts empty', async () => {
        await open()
        expect(await store.list('')).toEqual({ entries: [], revision: 1, remaining: 0 })
      })
    })

    describe('watches', () => {
      it('hands out what happened after a revision, then what happens', async () => {
        await open()
        await store.create('/a', () => '1')
        await store.create('/b/x', () => '2')
        await store.update('/a', 2, () => '3')
        const watch = store.watch('/', { after: 2 })
        expect(describeEvents(await take(watch, 2))).toEqual(['put /b/x@3 2', 'put /a@4 3 was 1'])
        const waiting = take(watch, 1)
        await store.delete('/a', 4, () => '4')
        expect(describeEvents(await waiting)).toEqual(['delete /a@5 4 was 3'])
        await watch.return()
      })

      it('leaves out other prefixes but knows how far it got', async () => {
        await open()
        const watch = store.watch('/b/', { after: 1 })
        const waiting = take(watch, 1)
        await store.create('/a', () => '1')
        await store.create('/c', () => '1')
        expect(watch.revision).toBe(3)
        await store.create('/b/1', () => '1')
        expect(describeEvents(await waiting)).toEqual(['put /b/1@4 1'])
        expect(watch.revision).toBe(4)
        await watch.return()
      })

      it('gives every watcher every event, whatever its pace', async () => {
        await open()
        const slow = store.watch('/', { after: 1 })
        const writes = Array.from({ length: 3000 }, (_, i) => store.create(`/${i}`, () => `${i}`))
        const quick = take(store.watch('/', { after: 1 }), 3000)
        await Promise.all(writes)
        const expected = Array.from({ length: 3000 }, (_, i) => i + 2)
        expect((await quick).map((event) => event.entry.revision)).toEqual(expected)
        expect((await take(slow, 3000)).map((event) => event.entry.revision)).toEqual(expected)
      })

      it('ends without an error when its signal aborts, waiting or not', async () => {
        await open()
        const controller = new AbortController()
        const watch = store.watch('/', { after: 1, signal: controller.signal })
        const waiting = watch.next()
        controller.abort()
        expect(await waiting).toEqual({ done: true, value: undefined })
        expect(await watch.next()).toEqual({ done: true, value: undefined })
        const late = store.watch('/', { after: 1, signal: controller.signal })
        expect(await late.next()).toEqual({ done: true, value: undefined })
        expect(store.stats().watches).toBe(0)
      })

      it('refuses to start at a revision that is compacted or to come', async () => {
        await open()
        for (const key of ['/a', '/b', '/c']) await store.create(key, () => key)
        await store.compact(3)
        expect(() => store.watch('/', { after: 2 })).toThrow(expect.objectContaining({ reason: 'compacted' }))
        expect(() => store.watch('/', { after: 5 })).toThrow(expect.objectContaining({ reason: 'future' }))
        expect(describeEvents(await take(store.watch('/', { after: 3 }), 1))).toEqual(['put /c@4 /c'])
      })

      it('tells a watcher that was overtaken by compaction to list again', async () => {
        await open()
        const behind = store.watch('/', { after: 1 })
        for (const key of ['/a', '/b', '/c']) await store.create(key, () => key)
        await store.compact(4)
        await expect(behind.next()).rejects.toMatchObject({ reason: 'compacted' })
        expect(await behind.next()).toEqual({ done: true, value: undefined })
        expect(store.stats().watches).toBe(0)
      })

      it('is not disturbed by compaction while it waits', async () => {
        await open()
        await store.create('/a', () => '1')
        const watch = store.watch('/b', { after: 1 })
        const waiting = take(watch, 1)
        await store.create('/a2', () => '2')
        await store.compact(3)
        await store.create('/b', () => '3')
        expect(describeEvents(await waiting)).toEqual(['put /b@4 3'])
        await watch.return()
      })
    })

    describe('compaction', () => {
      it('keeps the state and the events after it', async () => {
        await open()
        await store.create('/a', () => '1')
        await store.update('/a', 2, () => '2')
        await store.create('/b', () => '3')
        await store.delete('/b', 4, () => '4')
        await store.update('/a', 3, () => '5')
        await store.compact(4)
        await store.compact(2)
        expect(store.compactedRevision).toBe(4)
        expect((await store.list('/', { revision: 4 })).entries.map((entry) => entry.value)).toEqual(['2', '3'])
        expect(describeEvents(await take(store.watch('/', { after: 4 }), 2))).toEqual([
          'delete /b@5 4 was 3',
          'put /a@6 5 was 2',
        ])
        await store.compact(6)
        expect((await store.list('/')).entries.map((entry) => entry.value)).toEqual(['5'])
        await expect(store.compact(7)).rejects.toMatchObject({ reason: 'future' })
      })
    })

    describe('subscriptions', () => {
      it('hear of each write before its writer does, in order, until they end', async () => {
        await open()
        const heard: string[] = []
        const end = store.subscribe((events) => heard.push(...events.map(({ type, key }) => `${type} ${key}`)))
        await store.create('/a', () => 'a').then(() => heard.push('writer told'))
        await store.delete('/a', undefined, () => 'a')
        end()
        await store.create('/b', () => 'b')
        expect(heard).toEqual(['put /a', 'writer told', 'delete /a'])
      })
    })

    describe('the end', () => {
      it('finishes the writes it has taken, ends watches and refuses the rest', async () => {
        await open()
        const waiting = store.watch('/x', { after: 1 }).next()
        const write = store.create('/a', () => '1')
        await store[Symbol.asyncDispose]()
        expect((await write).revision).toBe(2)
        expect((await waiting).done).toBe(true)
        await expect(store.create('/b', () => '1')).rejects.toMatchObject({ reason: 'closed' })
        await expect(store.get('/a')).rejects.toMatchObject({ reason: 'closed' })
        await expect(store.list('/')).rejects.toMatchObject({ reason: 'closed' })
        expect(() => store.watch('/', { after: 1 })).toThrow(expect.objectContaining({ reason: 'closed' }))
        await store[Symbol.asyncDispose]()
      })
    })
  })
}

/** The next `count` events (and not more: the rest of the batch must be empty). */
export async function take(watch: Watch, count: number): Promise<StoreEvent[]> {
  const events: StoreEvent[] = []
  while (events.length < count) {
    const { done, value } = await watch.next()
    if (done) throw new Error(`the watch ended after ${events.length} of ${count} events`)
    events.push(...value)
  }
  expect(events).toHaveLength(count)
  return events
}

function describeEvents(events: readonly StoreEvent[]): string[] {
  return events.map(({ type, key, entry, previous }) => {
    expect(entry.key).toBe(key)
    const was = previous === undefined ? '' : ` was ${previous.value}`
    return `${type} ${key}@${entry.revision} ${entry.value}${was}`
  })
}
