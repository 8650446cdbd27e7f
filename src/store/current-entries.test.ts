import { expect, test } from 'vitest'
import { CurrentEntries } from './current-entries.ts'
import type { Entry } from './store.ts'

const entryOf = (key: string, megabytes: number): Entry => ({
  key,
  value: 'x'.repeat(megabytes * 1024 * 1024),
  revision: 1,
  createRevision: 1,
})

test('what is asked for stays while what is not is forgotten', () => {
  const entries = new CurrentEntries()
  entries.put(entryOf('/asked', 1))
  entries.put(entryOf('/forgotten', 1))
  for (let i = 0; i < 20; i++) {
    entries.put(entryOf(`/${i}`, 1))
    expect(entries.get('/asked')).toBeDefined()
  }
  expect(entries.get('/forgotten')).toBeUndefined()
})

test('a deleted entry is gone from both generations', () => {
  const entries = new CurrentEntries()
  entries.put(entryOf('/a', 1))
  for (let i = 0; i < 4; i++) entries.put(entryOf(`/${i}`, 1))
  entries.put(entryOf('/a', 1))
  entries.delete('/a')
  expect(entries.get('/a')).toBeUndefined()
})
