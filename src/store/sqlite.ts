/** The durable store: an append-only log of revisions in an SQLite file.
 *
 *  Group commit: the writes of one turn of the event loop are one transaction. Nobody sees any of them, and none is
 *  acknowledged, before it is on disk. The transaction runs to its end without giving way, so reads, on the same
 *  connection, never see a half of it. */
import { backup, type DatabaseSync } from 'node:sqlite'
import { CurrentEntries } from './current-entries.ts'
import { StoreError } from './errors.ts'
import { FreeSpace } from './free-space.ts'
import { HotLists } from './hot-lists.ts'
import { checkKey, isStorableKey } from './key.ts'
import { checkRevision, type EventLog, type LogSlice } from './log.ts'
import { PrefixCounts } from './prefix-counts.ts'
import { RecentEvents } from './recent-events.ts'
import { translateSqliteError } from './sqlite-errors.ts'
import { openStoreFile, type StoreFile } from './sqlite-file.ts'
import { SqliteTables } from './sqlite-tables.ts'
import type { Entry, ListOptions, ListResult, Store, StoreEvent, StoreStats, Watch, WatchOptions } from './store.ts'
import { WatchHub } from './watch.ts'
import { applyWrite, type Write } from './write.ts'

/** So that one transaction does not hold up the event loop for long. */
const MAX_BATCH = 1000
const COMPACTION_STEP = 1000
/** More than a store has: a copy is one step, on another thread. */
const ALL_PAGES = 2 ** 30

export interface SqliteStoreOptions {
  /** The file; its folder is made if it is missing. SQLite keeps a `-wal` file beside it, and we a `.pid` file. */
  readonly path: string
  /** Writes that would make the file larger fail with `full`. Default: no limit but the disk's. */
  readonly maxBytes?: number | undefined
  /** Free bytes on the disk of a folder. Default: asks the system. */
  readonly freeBytes?: ((folder: string) => number) | undefined
  /** Default: the system's. Only says when to look at the disk again. */
  readonly nowMs?: (() => number) | undefined
}

export interface SqliteStore extends Store {
  /** Copies the store, as it is at some instant during the call, to a file that does not exist yet. Reads go on
   *  meanwhile, writes wait. Throws StoreError `io`, `full`, `closed`. */
  backUp(path: string): Promise<void>
}

/** Throws StoreError `locked`, `damaged`, `newer`, `io`, `full`. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const file = openStoreFile(options.path, options.maxBytes)
  try {
    return new FileStore(file, options)
  } catch (error) {
    file.close()
    throw translateSqliteError(error, options.path)
  }
}

interface PendingWrite {
  readonly write: Write
  readonly resolve: (entry: Entry) => void
  readonly reject: (error: unknown) => void
}

class FileStore implements SqliteStore, EventLog {
  readonly #file: StoreFile
  readonly #path: string
  readonly #tables: SqliteTables
  readonly #space: FreeSpace
  readonly #recent = new RecentEvents()
  readonly #entries = new CurrentEntries()
  readonly #lists = new HotLists()
  readonly #counts = new PrefixCounts()
  readonly #hub: WatchHub = new WatchHub(this)
  #pending: PendingWrite[] = []
  #scheduled: NodeJS.Immediate | undefined
  #revision: number
  #compactedRevision: number
  #closed = false
  /** Whether writes wait for a copy to be done. */
  #paused = false
  /** The copies that are being made. */
  #copying: Promise<void> = Promise.resolve()

  constructor(file: StoreFile, { path, freeBytes, nowMs = () => performance.now() }: SqliteStoreOptions) {
    this.#file = file
    this.#path = path
    this.#space = new FreeSpace({ path, freeBytes, nowMs })
    this.#tables = new SqliteTables(file.db)
    this.#compactedRevision = this.#tables.compactedRevision()
    this.#revision = Math.max(1, this.#compactedRevision, this.#tables.lastRevision())
  }

  get revision(): number {
    return this.#revision
  }

  get compactedRevision(): number {
    return this.#compactedRevision
  }

  create: Store['create'] = async (key, encode) => {
    checkKey(key)
    return this.#enqueue({ verb: 'create', key, encode })
  }

  update: Store['update'] = async (key, expectedRevision, encode) =>
    this.#enqueue({ verb: 'update', key, expectedRevision, encode })

  delete: Store['delete'] = async (key, expectedRevision, encode) =>
    this.#enqueue({ verb: 'delete', key, expectedRevision, encode })

  async get(key: string): Promise<Entry | undefined> {
    return this.#read(() => this.#entries.get(key) ?? this.#readEntry(key))
  }

  async list(prefix: string, options: ListOptions = {}): Promise<ListResult> {
    return this.#read(() => {
      const revision = options.revision ?? this.#revision
      checkRevision(this, revision)
      const now = revision === this.#revision
      if (now && !options.after && !options.limit) return { entries: this.#wholeList(prefix), revision, remaining: 0 }
      const range = { prefix, revision, after: options.after, limit: options.limit }
      const entries = this.#tables.list(range, now)
      const last = entries.at(-1)
      const more = options.limit !== undefined && last !== undefined && entries.length === options.limit
      const first = now && options.after === undefined
      const remaining = !more
        ? 0
        : first
          ? this.#countNow(prefix) - entries.length
          : this.#tables.count({ ...range, after: last.key }, now)
      return { entries, revision, remaining }
    })
  }

  async count(prefix: string): Promise<number> {
    return this.#read(() => this.#countNow(prefix))
  }

  watch(prefix: string, options: WatchOptions): Watch {
    return this.#read(() => this.#hub.open(prefix, options))
  }

  subscribe: Store['subscribe'] = (listener) => this.#hub.subscribe(listener)

  async compact(revision: number): Promise<void> {
    this.#checkOpen()
    if (revision > this.#revision) checkRevision(this, revision)
    while (this.#compactedRevision < revision) {
      await this.#copying
      this.#checkOpen()
      const from = this.#compactedRevision
      const to = Math.min(from + COMPACTION_STEP, revision)
      this.#transaction((tables) => tables.compact(from, to))
      this.#compactedRevision = to
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** One after the other; writes wait meanwhile, because SQLite begins a copy anew for every write in between. */
  async backUp(path: string): Promise<void> {
    const copy = this.#copying.then(() => this.#copyTo(path))
    this.#copying = copy.catch(() => {})
    await copy
  }

  async #copyTo(path: string): Promise<void> {
    this.#checkOpen()
    this.#paused = true
    try {
      await backup(this.#file.db, path, { rate: ALL_PAGES })
    } catch (error) {
      throw translateSqliteError(error, path)
    } finally {
      this.#paused = false
      if (this.#pending.length > 0) this.#scheduled ??= setImmediate(() => this.#commit())
    }
  }

  stats(): StoreStats {
    return this.#read(() => ({
      revision: this.#revision,
      compactedRevision: this.#compactedRevision,
      watches: this.#hub.size,
      diskBytes: this.#tables.diskBytes(),
    }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    await this.#copying
    while (this.#pending.length > 0) this.#commit()
    this.#closed = true
    this.#hub.close()
    this.#file.close()
  }

  readAfter(prefix: string, after: number): LogSlice {
    const recent = this.#recent.readAfter(prefix, after)
    return recent ?? this.#read(() => this.#tables.readAfter(prefix, after, this.#revision))
  }

  #readEntry(key: string): Entry | undefined {
    if (!isStorableKey(key)) return undefined
    const entry = this.#tables.get(key)
    if (entry !== undefined) this.#entries.put(entry)
    return entry
  }

  #countNow(prefix: string): number {
    const range = { prefix, revision: this.#revision, after: undefined, limit: undefined }
    return this.#counts.get(prefix, () => this.#tables.count(range, true))
  }

  #wholeList(prefix: string): readonly Entry[] {
    const known = this.#lists.get(prefix)
    if (known !== undefined) return known
    const range = { prefix, revision: this.#revision, after: undefined, limit: undefined }
    const entries = this.#tables.list(range, true)
    this.#lists.offer(prefix, entries)
    return entries
  }

  #enqueue(write: Write): Promise<Entry> {
    this.#checkOpen()
    this.#space.check(write.verb)
    return new Promise((resolve, reject) => {
      this.#pending.push({ write, resolve, reject })
      this.#scheduled ??= setImmediate(() => this.#commit())
    })
  }

  /** Writes one batch, then tells the watches and the writers. */
  #commit(): void {
    clearImmediate(this.#scheduled)
    this.#scheduled = undefined
    if (this.#paused) return
    const batch = this.#pending.splice(0, MAX_BATCH)
    this.#scheduled = this.#pending.length > 0 ? setImmediate(() => this.#commit()) : undefined
    const settle: (() => void)[] = []
    const events: StoreEvent[] = []
    /** What earlier writes of the batch made of their keys. */
    const changed = new Map<string, Entry | undefined>()
    try {
      this.#transaction((tables) => {
        for (const { write, resolve, reject } of batch) {
          const { key } = write
          const current = changed.has(key) ? changed.get(key) : (this.#entries.get(key) ?? tables.get(key))
          const outcome = apply(write, current, this.#revision + events.length + 1)
          if ('error' in outcome) {
            settle.push(() => reject(outcome.error))
            continue
          }
          tables.append(outcome.event)
          changed.set(key, outcome.event.type === 'delete' ? undefined : outcome.event.entry)
          events.push(outcome.event)
          settle.push(() => resolve(outcome.event.entry))
        }
      })
    } catch (error) {
      for (const { reject } of batch) reject(error)
      return
    }
    this.#revision += events.length
    this.#recent.add(events)
    this.#lists.apply(events)
    this.#counts.apply(events)
    for (const [key, entry] of changed)
      if (entry === undefined) this.#entries.delete(key)
      else this.#entries.put(entry)
    this.#hub.tell(events)
    for (const done of settle) done()
    this.#hub.notify(events)
  }

  #transaction(body: (tables: SqliteTables) => void): void {
    const { db } = this.#file
    try {
      this.#tables.begin()
      body(this.#tables)
      this.#tables.commit()
    } catch (error) {
      rollBack(db)
      throw translateSqliteError(error, this.#path)
    }
  }

  #read<T>(read: () => T): T {
    this.#checkOpen()
    try {
      return read()
    } catch (error) {
      throw translateSqliteError(error, this.#path)
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreError('closed', 'the store is closed')
  }
}

/** A write's event, or why this write alone is refused. Errors of the database are thrown: they end the batch. */
function apply(write: Write, current: Entry | undefined, revision: number): { event: StoreEvent } | { error: unknown } {
  try {
    return { event: applyWrite(write, current, revision) }
  } catch (error) {
    return { error }
  }
}

/** After some failures SQLite has rolled back by itself. */
function rollBack(db: DatabaseSync): void {
  if (db.isTransaction) db.exec('ROLLBACK')
}
