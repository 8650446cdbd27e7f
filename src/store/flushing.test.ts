/** What others see of writes that are on their way to the disk. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { take } from './contract.ts'
import { openSqliteStore, type SqliteStore } from './sqlite.ts'

let dir: string
let store: SqliteStore
/** The ends that each flush waits for, in order. */
let flushes: { end(): void; fail(error: Error): void }[]
let held: boolean

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'naru-flushing-'))
  flushes = []
  held = false
  store = await openSqliteStore({
    path: join(dir, 'store.db'),
    flush: async (toDisk) => {
      await toDisk()
      if (held) await new Promise<void>((end, fail) => flushes.push({ end, fail }))
    },
  })
  await store.create('/a', () => 'old a')
  await store.create('/b', () => 'old b')
  held = true
})
afterEach(async () => {
  held = false
  for (const flush of flushes) flush.end()
  await store[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
})

const begun = () => expect.poll(() => flushes.length, { interval: 1 })
const values = async (prefix: string) => (await store.list(prefix)).entries.map(({ value }) => value)

describe('a batch that the disk does not have yet', () => {
  it('is not read, listed, counted or watched', async () => {
    // Forgets what is at hand: the statements have to answer.
    for (let index = 0; index < 5; index++) await writeUnheld(`/filler/${index}`, 'x'.repeat(2 ** 21))
    const seen: string[] = []
    store.subscribe((events) => seen.push(...events.map(({ key }) => key)))
    const watch = store.watch('/', { after: store.revision })
    const writes = [
      store.update('/a', 2, () => 'new a'),
      store.delete('/b', 3, () => 'gone b'),
      store.create('/c', () => 'new c'),
    ]
    await begun().toBe(1)
    expect(store.revision).toBe(8)
    expect((await store.get('/a'))?.value).toBe('old a')
    expect((await store.get('/b'))?.value).toBe('old b')
    expect(await store.get('/c')).toBeUndefined()
    expect(await values('/a')).toEqual(['old a'])
    expect(await values('/b')).toEqual(['old b'])
    expect(await values('/c')).toEqual([])
    expect(await store.list('/', { limit: 1 })).toMatchObject({
      entries: [{ value: 'old a' }],
      remaining: 6,
      revision: 8,
    })
    expect(await store.count('/c')).toBe(0)
    expect(seen).toEqual([])

    flushes.shift()?.end()
    await Promise.all(writes)
    expect(await values('/a')).toEqual(['new a'])
    expect(await values('/b')).toEqual([])
    expect(await values('/c')).toEqual(['new c'])
    expect(await store.count('/c')).toBe(1)
    expect(await store.list('/', { limit: 1 })).toMatchObject({
      entries: [{ value: 'new a' }],
      remaining: 6,
      revision: 11,
    })
    expect(seen).toEqual(['/a', '/b', '/c'])
    expect((await take(watch, 3)).map(({ key }) => key)).toEqual(['/a', '/b', '/c'])
  })

  it('is what the writes that come meanwhile build on, after it', async () => {
    const first = store.update('/a', 2, () => 'second a')
    await begun().toBe(1)
    const second = store.update('/a', 4, () => 'third a')
    const stale = store.update('/a', 2, () => 'stale a')
    const refused = expect(stale).rejects.toMatchObject({ reason: 'conflict' })
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(flushes).toHaveLength(1)
    flushes.shift()?.end()
    expect((await first).revision).toBe(4)
    await begun().toBe(1)
    expect((await store.get('/a'))?.value).toBe('second a')
    flushes.shift()?.end()
    expect((await second).revision).toBe(5)
    await refused
  })

  it('ends all writing when the disk refuses it; what was there before is still read', async () => {
    const write = store.update('/a', 2, () => 'new a')
    const refusals = [expect(write).rejects.toMatchObject({ reason: 'io', message: expect.stringContaining('EIO') })]
    await begun().toBe(1)
    refusals.push(expect(store.create('/c', () => 'c')).rejects.toMatchObject({ reason: 'io' }))
    flushes.shift()?.fail(new Error('EIO: i/o error, fdatasync'))
    await Promise.all(refusals)
    await expect(store.create('/d', () => 'd')).rejects.toMatchObject({
      reason: 'io',
      message: expect.stringContaining('until the engine is started again'),
    })
    expect((await store.get('/a'))?.value).toBe('old a')
    expect(await values('/')).toEqual(['old a', 'old b'])
    expect(store.revision).toBe(3)
  })

  it('is written when the store is closed meanwhile', async () => {
    const first = store.create('/c', () => 'c')
    await begun().toBe(1)
    const second = store.create('/d', () => 'd')
    held = false
    const closing = store[Symbol.asyncDispose]()
    flushes.shift()?.end()
    await Promise.all([first, second, closing])
    store = await openSqliteStore({ path: join(dir, 'store.db') })
    expect(await values('/')).toEqual(['old a', 'old b', 'c', 'd'])
  })
})

async function writeUnheld(key: string, value: string): Promise<void> {
  held = false
  await store.create(key, () => value)
  held = true
}
