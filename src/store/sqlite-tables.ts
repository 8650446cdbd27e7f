/** The statements of the SQLite store. Whoever calls them knows the transaction they run in. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LogSlice } from './log.ts'
import { compareKeys, endOfPrefix } from './key.ts'
import type { Entry, StoreEvent } from './store.ts'

/** How much of the log one read looks through, and how many characters of values it returns, about. */
const SLICE_REVISIONS = 1000
const SLICE_CHARACTERS = 1024 * 1024

/** Columns as they are selected: an object with their names for each row takes twice the time. */
type EntryRow = [key: string, value: string, rev: number, created: number]

interface EventRow {
  key: string
  value: string
  rev: number
  created: number
  deleted: number
  prevRev: number | null
  prevValue: string | null
  prevCreated: number | null
}

export interface ListRange {
  prefix: string
  revision: number
  after: string | undefined
  limit: number | undefined
}

export class SqliteTables {
  readonly #db: DatabaseSync
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #get: StatementSync
  readonly #insertLog: StatementSync
  readonly #setCurrent: StatementSync
  readonly #deleteCurrent: StatementSync
  readonly #slice: StatementSync

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#get = db.prepare(
      'SELECT l.key, l.value, l.rev, l.created FROM current c JOIN log l ON l.rev = c.rev WHERE c.key = ?',
    )
    this.#get.setReturnArrays(true)
    this.#insertLog = db.prepare('INSERT INTO log (rev, key, created, prev, deleted, value) VALUES (?, ?, ?, ?, ?, ?)')
    this.#setCurrent = db.prepare(
      'INSERT INTO current (key, rev) VALUES (?, ?) ON CONFLICT DO UPDATE SET rev = excluded.rev',
    )
    this.#deleteCurrent = db.prepare('DELETE FROM current WHERE key = ?')
    this.#slice = db.prepare(
      `SELECT l.key, l.value, l.rev, l.created, l.deleted,
         p.rev AS prevRev, p.value AS prevValue, p.created AS prevCreated
       FROM log l LEFT JOIN log p ON p.rev = l.prev
       WHERE l.rev > ? AND l.rev <= ? AND l.key >= ? AND l.key < ? ORDER BY l.rev`,
    )
  }

  begin(): void {
    this.#begin.run()
  }

  commit(): void {
    this.#commit.run()
  }

  lastRevision(): number {
    return Number(this.#db.prepare('SELECT coalesce(max(rev), 0) AS rev FROM log').get()?.rev)
  }

  compactedRevision(): number {
    return Number(this.#db.prepare("SELECT value FROM meta WHERE name = 'compacted'").get()?.value)
  }

  get(key: string): Entry | undefined {
    const row = this.#get.get(key) as EntryRow | undefined
    return row && toEntry(row)
  }

  append(event: StoreEvent): void {
    const { key, value, revision, createRevision } = event.entry
    const deleted = event.type === 'delete'
    this.#insertLog.run(revision, key, createRevision, event.previous?.revision ?? null, deleted ? 1 : 0, value)
    if (deleted) this.#deleteCurrent.run(key)
    else this.#setCurrent.run(key, revision)
  }

  /** Entries at `range.revision`, which must be kept: the keys not changed since, and the states replaced since. */
  list(range: ListRange, now: boolean): Entry[] {
    const { sql, values } = rangeQuery(range, now)
    const limit = range.limit ? 'LIMIT ?' : ''
    const statement = this.#db.prepare(
      `SELECT l.key, l.value, l.rev, l.created FROM (${sql}) k JOIN log l ON l.rev = k.rev ORDER BY k.key ${limit}`,
    )
    statement.setReturnArrays(true)
    const rows = statement.all(...values, ...(range.limit ? [range.limit] : []))
    return (rows as unknown as EntryRow[]).map(toEntry)
  }

  count(range: ListRange, now: boolean): number {
    const { sql, values } = rangeQuery(range, now)
    return Number(this.#db.prepare(`SELECT count(*) AS n FROM (${sql})`).get(...values)?.n)
  }

  /** The events after `after`, as far as one slice goes; `last` is the last revision there is. */
  readAfter(prefix: string, after: number, last: number): LogSlice {
    const upTo = Math.min(after + SLICE_REVISIONS, last)
    const events: StoreEvent[] = []
    let characters = 0
    for (const row of this.#slice.iterate(after, upTo, prefix, endOfPrefix(prefix))) {
      const event = toEvent(row as unknown as EventRow)
      events.push(event)
      characters += event.entry.value.length
      if (characters > SLICE_CHARACTERS) return { events, through: event.entry.revision }
    }
    return { events, through: upTo }
  }

  /** Drops what the revisions in (`from`, `to`] replaced or deleted, and remembers `to` as compacted. */
  compact(from: number, to: number): void {
    this.#db
      .prepare('DELETE FROM log WHERE rev IN (SELECT prev FROM log WHERE rev > ? AND rev <= ? AND prev IS NOT NULL)')
      .run(from, to)
    this.#db.prepare('DELETE FROM log WHERE rev > ? AND rev <= ? AND deleted = 1').run(from, to)
    this.#db.prepare("UPDATE meta SET value = ? WHERE name = 'compacted'").run(to)
  }

  diskBytes(): number {
    const pages = Number(this.#db.prepare('PRAGMA page_count').get()?.page_count)
    return pages * Number(this.#db.prepare('PRAGMA page_size').get()?.page_size)
  }
}

/** Keys and the revisions of their state. `now` says that the revision is the last one. */
function rangeQuery(range: ListRange, now: boolean): { sql: string; values: (string | number)[] } {
  const past =
    range.after !== undefined && compareKeys(range.after, range.prefix) >= 0
      ? { op: '>', key: range.after }
      : { op: '>=', key: range.prefix }
  const keys = `key ${past.op} ? AND key < ?`
  const keyValues = [past.key, endOfPrefix(range.prefix)]
  if (now) return { sql: `SELECT key, rev FROM current WHERE ${keys}`, values: keyValues }
  const { revision } = range
  return {
    sql: `SELECT key, rev FROM current WHERE ${keys} AND rev <= ?
      UNION ALL SELECT key, prev AS rev FROM log WHERE rev > ? AND prev <= ? AND ${keys}`,
    values: [...keyValues, revision, revision, revision, ...keyValues],
  }
}

function toEntry([key, value, revision, createRevision]: EntryRow): Entry {
  return { key, value, revision, createRevision }
}

function toEvent(row: EventRow): StoreEvent {
  const entry = { key: row.key, value: row.value, revision: row.rev, createRevision: row.created }
  const event: StoreEvent = { type: row.deleted === 1 ? 'delete' : 'put', key: row.key, entry }
  if (row.prevRev === null) return event
  const value = row.prevValue as string
  const previous = { key: row.key, value, revision: row.prevRev, createRevision: row.prevCreated as number }
  return { ...event, previous }
}
