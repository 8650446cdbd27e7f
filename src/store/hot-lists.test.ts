import { assert, array, constantFrom, integer, property, record, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HotLists } from './hot-lists.ts'
import { compareKeys } from './key.ts'
import type { Entry, StoreEvent } from './store.ts'

const entryOf = (key: string, revision: number, value = 'v'): Entry => ({ key, value, revision, createRevision: 1 })
const sorted = (entries: Iterable<Entry>) => [...entries].sort((a, b) => compareKeys(a.key, b.key))

describe('lists that are asked for again', () => {
  test('are what the events made of them, whatever those were', () => {
    const change = record({
      key: constantFrom('/a/1', '/a/2', '/a/3', '/a/', '/a/\u{1f600}', '/a/\uffee', '/b/1'),
      type: constantFrom('put' as const, 'delete' as const),
      look: integer({ min: 0, max: 2 }),
    })
    assert(
      property(
        array(change, { maxLength: 40 }),
        array(string({ maxLength: 3 }), { maxLength: 20 }),
        (changes, names) => {
          const lists = new HotLists()
          const now = new Map(names.map((name) => [`/a/${name}`, entryOf(`/a/${name}`, 1)]))
          const read = () => {
            const known = lists.get('/a/')
            if (known === undefined) lists.offer('/a/', sorted(now.values()))
            return known ?? sorted(now.values())
          }
          read()
          for (const [i, { key, type, look }] of changes.entries()) {
            const entry = entryOf(key, i + 2)
            if (key.startsWith('/a/')) {
              if (type === 'delete') now.delete(key)
              else now.set(key, entry)
            }
            lists.apply([{ type, key, entry } satisfies StoreEvent])
            if (look === 0) expect(read()).toEqual(sorted(now.values()))
          }
          expect(read()).toEqual(sorted(now.values()))
        },
      ),
    )
  })

  test('are kept from the second time on, the same until something changes, and only while there is room', () => {
    const lists = new HotLists()
    const entries = Array.from({ length: 10 }, (_, i) => entryOf(`/a/${i}`, i))
    lists.offer('/a/', entries)
    expect(lists.get('/a/')).toBeUndefined()
    lists.offer('/a/', entries)
    expect(lists.get('/a/')).toBe(entries)
    lists.apply([{ type: 'put', key: '/a/3', entry: entryOf('/a/3', 99) }])
    expect(lists.get('/a/')?.[3]?.revision).toBe(99)
    const large = [entryOf('/l/1', 1, 'x'.repeat(20 * 1024 * 1024))]
    for (const prefix of ['/l/', '/l/', '/m/', '/m/']) lists.offer(prefix, large)
    expect(lists.get('/l/')).toBeUndefined()
    expect(lists.get('/m/')).toBe(large)
  })
})
