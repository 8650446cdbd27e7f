import { appendFileSync, chmodSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeStore, take } from './contract.ts'
import { openSqliteStore } from './sqlite.ts'

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'naru-store-'))
  path = join(dir, 'sub', 'store.db')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describeStore('sqlite', { open: () => openSqliteStore({ path }) })

describe('a store in a file', () => {
  it('is there again when it is opened again, with its past', async () => {
    const first = await openSqliteStore({ path })
    await first.create('/a', () => '1')
    await first.update('/a', 2, () => '2')
    await first.create('/b', () => '3')
    await first.delete('/b', 4, () => '4')
    await first[Symbol.asyncDispose]()
    await using again = await openSqliteStore({ path })
    expect(again.revision).toBe(5)
    expect((await again.list('/', { revision: 4 })).entries.map((entry) => entry.value)).toEqual(['2', '3'])
    const events = await take(again.watch('/', { after: 1 }), 4)
    expect(events.map((event) => event.previous?.value)).toEqual([undefined, '1', undefined, '3'])
  })

  it('is for its user alone, its log too', async () => {
    await using store = await openSqliteStore({ path })
    await store.create('/secret', () => '1')
    for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('is for its user alone from now on where it was made for all to read', async () => {
    await (await openSqliteStore({ path }))[Symbol.asyncDispose]()
    chmodSync(path, 0o644)
    await using store = await openSqliteStore({ path })
    await store.create('/secret', () => '1')
    for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('is private, with its log, after a crash that left both for all to read', async () => {
    {
      await using crashed = await openSqliteStore({ path })
      await crashed.create('/secret', () => '1')
      for (const file of ['', '-wal']) copyFileSync(`${path}${file}`, `${path}.left${file}`)
    }
    for (const file of ['', '-wal']) chmodSync(`${path}.left${file}`, 0o644)
    await using store = await openSqliteStore({ path: `${path}.left` })
    expect(store.revision).toBe(2)
    for (const file of ['', '-wal']) expect(statSync(`${path}.left${file}`).mode & 0o777).toBe(0o600)
  })

  it('never gives a revision twice, even when the last one was compacted away', async () => {
    const first = await openSqliteStore({ path })
    await first.create('/a', () => '1')
    await first.delete('/a', 2, () => '2')
    await first.compact(3)
    await first[Symbol.asyncDispose]()
    await using again = await openSqliteStore({ path })
    expect(again.revision).toBe(3)
    expect((await again.create('/a', () => '3')).revision).toBe(4)
  })

  it('refuses to be opened twice, and names the process that has it', async () => {
    await using _store = await openSqliteStore({ path })
    await expect(openSqliteStore({ path })).rejects.toMatchObject({
      reason: 'locked',
      message: expect.stringContaining(`process ${process.pid}`),
    })
  })

  it('refuses a file that is no database, and says what to do', async () => {
    const junk = join(dir, 'junk.db')
    writeFileSync(junk, 'not a database at all, '.repeat(100))
    await expect(openSqliteStore({ path: junk })).rejects.toMatchObject({
      reason: 'damaged',
      message: expect.stringContaining('backup'),
    })
  })

  it('refuses a file with a damaged page', async () => {
    const store = await openSqliteStore({ path })
    for (let i = 0; i < 50; i++) await store.create(`/${i}`, () => 'x'.repeat(2000))
    await store[Symbol.asyncDispose]()
    const { readFileSync } = await import('node:fs')
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 4096, 6 * 4096)
    writeFileSync(path, bytes)
    await expect(openSqliteStore({ path })).rejects.toMatchObject({ reason: 'damaged' })
  })

  it('refuses a file of a later version and a database of something else, and leaves them alone', async () => {
    const newer = join(dir, 'newer.db')
    const store = await openSqliteStore({ path: newer })
    await store[Symbol.asyncDispose]()
    const db = new DatabaseSync(newer)
    db.exec('PRAGMA user_version = 99')
    db.close()
    await expect(openSqliteStore({ path: newer })).rejects.toMatchObject({ reason: 'newer' })

    const foreign = join(dir, 'foreign.db')
    const other = new DatabaseSync(foreign)
    other.exec('CREATE TABLE mine (x); INSERT INTO mine VALUES (1)')
    other.close()
    await expect(openSqliteStore({ path: foreign })).rejects.toMatchObject({ reason: 'damaged' })
    const still = new DatabaseSync(foreign)
    expect(still.prepare('SELECT x FROM mine').all()).toHaveLength(1)
    still.close()
  })

  it('rejects the writes of a batch when there is no space, stays readable, and writes again when there is room', async () => {
    await using store = await openSqliteStore({ path, maxBytes: 400_000 })
    await store.create('/kept', () => 'kept')
    const watch = store.watch('/', { after: 1 })
    await take(watch, 1)
    let revision = (await store.create('/grows', () => 'x'.repeat(10_000))).revision
    const fill = async () => {
      for (;;) revision = (await store.update('/grows', revision, () => 'x'.repeat(10_000))).revision
    }
    await expect(fill()).rejects.toMatchObject({ reason: 'full' })
    expect(store.revision).toBe(revision)
    const batch = [1, 2, 3].map((i) => store.create(`/batch/${i}`, () => 'x'.repeat(8_000)))
    for (const result of await Promise.allSettled(batch))
      expect(result).toMatchObject({ status: 'rejected', reason: { reason: 'full' } })
    expect(await store.count('/batch/')).toBe(0)
    expect((await store.get('/kept'))?.value).toBe('kept')

    await store.compact(store.revision)
    expect((await store.create('/batch/1', () => 'x'.repeat(8_000))).revision).toBe(revision + 1)
    await expect(watch.next()).rejects.toMatchObject({ reason: 'compacted' })
  })

  it('gives a watch that fell far behind everything, from the file, in pieces', async () => {
    await using store = await openSqliteStore({ path })
    const behind = store.watch('/b/', { after: 1 })
    const value = 'x'.repeat(20_000)
    for (let turn = 0; turn < 30; turn++) {
      const writes = Array.from({ length: 100 }, (_, i) =>
        store.create(`/${i % 10 ? 'a' : 'b'}/${turn}-${i}`, () => value),
      )
      await Promise.all(writes)
    }
    const events = await take(behind, 300)
    expect(events.map((event) => event.entry.revision)).toEqual(
      events.map((event) => event.entry.revision).sort((a, b) => a - b),
    )
    expect(new Set(events.map((event) => event.key)).size).toBe(300)
  })

  it('takes up the work that a crash left in the write-ahead log, but not half of a write', async () => {
    const store = await openSqliteStore({ path })
    await store.create('/a', () => '1')
    await store.create('/b', () => '2')
    const { copyFileSync } = await import('node:fs')
    const crashed = join(dir, 'crashed.db')
    copyFileSync(path, crashed)
    copyFileSync(`${path}-wal`, `${crashed}-wal`)
    await store[Symbol.asyncDispose]()
    appendFileSync(`${crashed}-wal`, Buffer.alloc(1000, 7))
    await using again = await openSqliteStore({ path: crashed })
    expect((await again.list('/')).entries.map((entry) => entry.value)).toEqual(['1', '2'])
  })
})
