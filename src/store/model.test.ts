/** Random operations against the simplest model of a store: a list of all events. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isStoreError } from './errors.ts'
import { take } from './contract.ts'
import { compareKeys } from './key.ts'
import { openMemoryStore } from './memory.ts'
import { openSqliteStore } from './sqlite.ts'
import type { Entry, Store } from './store.ts'

const key = fc.constantFrom('/a/1', '/a/2', '/a/10', '/b/1', '/b/가', '/b/\u{1f600}', '/b/\uffee')
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('create' as const), key }) },
  { weight: 6, arbitrary: fc.record({ verb: fc.constant('update' as const), key, stale: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('delete' as const), key, stale: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('compact' as const), back: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('reopen' as const) }) },
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** The state after each revision; the index is the revision. */
type History = ReadonlyMap<string, Entry>[]

async function run(operations: readonly Operation[], open: () => Promise<Store>, reopens: boolean): Promise<void> {
  let store = await open()
  const history: History = [new Map(), new Map()]
  let compacted = 0
  try {
    for (const op of operations) {
      if (op.verb === 'compact') {
        const revision = store.revision - op.back
        await store.compact(revision)
        compacted = Math.max(compacted, revision)
      } else if (op.verb === 'reopen') {
        if (!reopens) continue
        await store[Symbol.asyncDispose]()
        store = await open()
      } else {
        await write(store, history, op)
      }
      expect(store.revision).toBe(history.length - 1)
    }
    for (let revision = 0; revision < history.length; revision++) await compare(store, history, revision, compacted)
  } finally {
    await store[Symbol.asyncDispose]()
  }
}

async function write(store: Store, history: History, op: Exclude<Operation, { verb: 'compact' | 'reopen' }>) {
  const state = new Map(history.at(-1) ?? [])
  const current = state.get(op.key)
  const expected = 'stale' in op && op.stale ? 0 : (current?.revision ?? 7)
  const encode = (revision: number) => `${op.verb} ${revision}`
  const attempt =
    op.verb === 'create'
      ? store.create(op.key, encode)
      : op.verb === 'update'
        ? store.update(op.key, expected, encode)
        : store.delete(op.key, expected, encode)
  const outcome = await attempt.catch((error: unknown) => (isStoreError(error) ? error.reason : Promise.reject(error)))
  const refused =
    op.verb === 'create' ? (current ? 'exists' : undefined) : !current ? 'notFound' : op.stale ? 'conflict' : undefined
  if (refused !== undefined) return expect(outcome).toBe(refused)
  const revision = history.length
  const entry = { key: op.key, value: encode(revision), revision, createRevision: current?.createRevision ?? revision }
  expect(outcome).toEqual(entry)
  if (op.verb === 'delete') state.delete(op.key)
  else state.set(op.key, entry)
  history.push(state)
}

/** A list at `revision` is the model's state; with the events after it, it becomes the model's last state. */
async function compare(store: Store, history: History, revision: number, compacted: number): Promise<void> {
  if (revision < compacted) {
    await expect(store.list('/', { revision })).rejects.toMatchObject({ reason: 'compacted' })
    return
  }
  for (const prefix of ['/', '/b/']) {
    const expected = sorted(history[revision]).filter((entry) => entry.key.startsWith(prefix))
    const listed: Entry[] = []
    for (let more = true; more; ) {
      const page = await store.list(prefix, { revision, limit: 2, after: listed.at(-1)?.key })
      listed.push(...page.entries)
      expect(page.remaining).toBe(expected.length - listed.length)
      more = page.remaining > 0
    }
    expect(listed).toEqual(expected)

    const replayed = new Map(listed.map((entry) => [entry.key, entry]))
    const watch = store.watch(prefix, { after: revision })
    let seen = revision
    for (const event of await take(watch, eventsAfter(history, revision, prefix))) {
      expect(event.entry.revision).toBeGreaterThan(seen)
      seen = event.entry.revision
      expect(event.previous).toEqual(replayed.get(event.key))
      if (event.type === 'delete') replayed.delete(event.key)
      else replayed.set(event.key, event.entry)
    }
    await watch.return()
    expect(sorted(replayed)).toEqual(sorted(history.at(-1)).filter((entry) => entry.key.startsWith(prefix)))
  }
}

/** In how many of the steps after `revision` a key with the prefix changed. */
function eventsAfter(history: History, revision: number, prefix: string): number {
  let count = 0
  for (let at = revision + 1; at < history.length; at++) {
    const before = history[at - 1]
    const after = history[at]
    const keys = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])
    for (const one of keys) if (one.startsWith(prefix) && before?.get(one) !== after?.get(one)) count++
  }
  return count
}

function sorted(state: ReadonlyMap<string, Entry> | undefined): Entry[] {
  return [...(state?.values() ?? [])].sort((a, b) => compareKeys(a.key, b.key))
}

describe('any sequence of operations', () => {
  const operations = fc.array(operation, { minLength: 1, maxLength: 30 })

  it('leaves a store in memory as the model has it, at every revision kept', async () => {
    await fc.assert(
      fc.asyncProperty(operations, (ops) => run(ops, openMemoryStore, false)),
      { numRuns: 100 },
    )
  })

  it('leaves a store in a file as the model has it, also when it was closed and opened between', async () => {
    const property = fc.asyncProperty(operations, async (ops) => {
      const dir = mkdtempSync(join(tmpdir(), 'naru-store-model-'))
      try {
        await run(ops, () => openSqliteStore({ path: join(dir, 'store.db') }), true)
      } finally {
        rmSync(dir, { recursive: true, force: true })
      }
    })
    await fc.assert(property, { numRuns: 30 })
  })
})
