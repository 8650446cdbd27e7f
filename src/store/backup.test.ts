import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { prepareRestoredStore, verifyStoreFile } from './backup.ts'
import { openSqliteStore } from './sqlite.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-backup-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a backup made under writes is one consistent state, and the store goes on', async () => {
  const copy = join(folder, 'copy.sqlite')
  await using store = await openSqliteStore({ path: join(folder, 'store.sqlite') })
  for (let i = 0; i < 500; i++) await store.create(`/k${i}`, () => 'x'.repeat(1000))
  const copying = new AbortController()
  const writing = (async () => {
    // Two keys that always change together by one write each: a torn copy would show the second ahead of the first.
    for (let i = 0; !copying.signal.aborted; i++) {
      await store.create(`/first/${i}`, () => 'x')
      await store.create(`/second/${i}`, () => 'x')
    }
  })()
  await store.backUp(copy)
  copying.abort()
  await writing
  await store.create('/after', () => 'x')

  const { revision, objects } = verifyStoreFile(copy)
  expect(objects).toBe(revision - 1)
  await using restored = await openSqliteStore({ path: copy })
  expect(await restored.count('/k')).toBe(500)
  const first = await restored.count('/first/')
  const second = await restored.count('/second/')
  expect([0, 1]).toContain(first - second)
  expect(await restored.get('/after')).toBeUndefined()
})

test('a restored store has the same objects at revisions nobody has seen, and no past', async () => {
  const path = join(folder, 'store.sqlite')
  const copy = join(folder, 'copy.sqlite')
  let seen: number
  {
    await using store = await openSqliteStore({ path })
    await store.create('/a', () => 'a')
    await store.backUp(copy)
    await store.update('/a', 2, () => 'later')
    seen = store.revision
  }
  prepareRestoredStore(copy)
  await using restored = await openSqliteStore({ path: copy })
  expect(await restored.get('/a')).toMatchObject({ value: 'a', revision: 2 })
  expect(restored.revision).toBeGreaterThan(seen)
  expect(() => restored.watch('/', { after: seen })).toThrow(expect.objectContaining({ reason: 'compacted' }))
  const written = await restored.update('/a', 2, () => 'again')
  expect(written.revision).toBe(restored.revision)
  const watch = restored.watch('/', { after: written.revision - 1 })
  expect((await watch.next()).value).toMatchObject([{ key: '/a', entry: { value: 'again' } }])
  await watch.return()
})

test('a damaged copy is refused', async () => {
  const path = join(folder, 'store.sqlite')
  {
    await using store = await openSqliteStore({ path })
    for (let i = 0; i < 200; i++) await store.create(`/k${i}`, () => 'x'.repeat(1000))
  }
  const copy = join(folder, 'copy.sqlite')
  await copyFile(path, copy)
  const bytes = await readFile(copy)
  bytes.fill(0x5a, 4096, 8192)
  await writeFile(copy, bytes)
  expect(() => verifyStoreFile(copy)).toThrow(expect.objectContaining({ reason: 'damaged' }))
})
