import { expect, it } from 'vitest'
import { FakeClock, silentLogger } from '../lib/index.ts'
import { runCompactor } from './compactor.ts'
import { openMemoryStore } from './memory.ts'

it('keeps a period of revisions and the last few, and stops when told', async () => {
  await using store = await openMemoryStore()
  const clock = new FakeClock()
  const stop = new AbortController()
  const running = runCompactor({
    store,
    clock,
    logger: silentLogger,
    signal: stop.signal,
    everyMs: 1000,
    keepRevisions: 5,
  })
  for (let i = 0; i < 10; i++) await store.create(`/${i}`, String)
  await clock.advance(1000)
  expect(store.compactedRevision).toBe(1)
  await clock.advance(1000)
  expect(store.compactedRevision).toBe(6)
  for (let i = 10; i < 30; i++) await store.create(`/${i}`, String)
  await clock.advance(1000)
  expect(store.compactedRevision).toBe(11)
  stop.abort()
  await running
})
