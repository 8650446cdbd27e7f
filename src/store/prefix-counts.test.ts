import { expect, test } from 'vitest'
import { PrefixCounts } from './prefix-counts.ts'
import type { Entry, StoreEvent } from './store.ts'

const entry: Entry = { key: '', value: '', revision: 2, createRevision: 1 }
const created = (key: string): StoreEvent => ({ type: 'put', key, entry })
const changed = (key: string): StoreEvent => ({ type: 'put', key, entry, previous: entry })
const deleted = (key: string): StoreEvent => ({ type: 'delete', key, entry, previous: entry })
const never = () => {
  throw new Error('it is known')
}

test('a count is taken once and then follows what is written', () => {
  const counts = new PrefixCounts()
  expect(counts.get('/a/', () => 3)).toBe(3)
  expect(counts.get('/', () => 5)).toBe(5)
  counts.apply([created('/a/x'), created('/b/x'), changed('/a/x'), deleted('/a/y'), deleted('/a/z')])
  expect(counts.get('/a/', never)).toBe(2)
  expect(counts.get('/', never)).toBe(5)
})

test('what nobody asked about for long is forgotten', () => {
  const counts = new PrefixCounts()
  counts.get('/old/', () => 1)
  for (let i = 0; i < 16; i++) counts.get(`/${i}/`, () => 0)
  expect(counts.get('/old/', () => 7)).toBe(7)
})
