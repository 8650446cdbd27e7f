/** The durable store: an append-only log of revisions in an SQLite file.
 *
 *  Group commit: the writes that come while the batch before is on its way to the disk are the next batch, one
 *  transaction. Nobody sees any of them, and none is acknowledged, before it is on disk. The transaction runs to its end
 *  without giving way; until the disk has it, which happens on another thread, reads on the same connection are told of
 *  the revision before it. */
import { backup, type DatabaseSync } from 'node:sqlite'
import { applyBatch, type BatchOutcome, type PendingWrite } from './batch.ts'
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
import type { Entry, ListOptions, ListResult, Store, StoreStats, Watch, WatchOptions } from './store.ts'
import { WatchHub } from './watch.ts'
import type { Write } from './write.ts'

/** So that one transaction does not hold up the event loop for long. */
const MAX_BATCH = 1000
const COMPACTION_STEP = 1000
const AFTER_FAILURE = 'the last writes may be lost, and there are no more until the engine is started again'
/** More than a store has: a copy is one step, on another thread. */
const ALL_PAGES = 2 ** 30

export interface SqliteStoreOptions {
  /** The file; its folder is made if it is missing. SQLite keeps a `-wal` file beside it, and we a `.pid` file. */
  readonly path: string
  /** Writes that would make the file larger fail with `full`. Default: no limit but the disk's. */
  readonly maxBytes?: number | undefined
  /** Free bytes on the disk of a folder. Default: asks the system. */
  readonly freeBytes?: ((folder: string) => number) | undefined
  /** Is called in place of `toDisk`, which resolves when all that was committed is on the disk, and has to call it. */
  readonly flush?: ((toDisk: () => Promise<void>) => Promise<void>) | undefined
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

class FileStore implements SqliteStore, EventLog {
  readonly #file: StoreFile
  readonly #path: string
  readonly #flush: () => Promise<void>
  readonly #tables: SqliteTables
  readonly #space: FreeSpace
  readonly #recent = new RecentEvents()
  readonly #entries = new CurrentEntries()
  readonly #lists = new HotLists()
  readonly #counts = new PrefixCounts()
  readonly #hub: WatchHub = new WatchHub(this)
  #pending: PendingWrite[] = []
  /** What the keys of a batch that the disk does not have yet were before it: a read still finds that. */
  #before: ReadonlyMap<string, Entry | undefined> | undefined
  /** The batch that is on its way to the disk. */
  #flushing: Promise<void> | undefined
  /** Why no more can be written: nobody knows what of a batch the disk took. */
  #failure: StoreError | undefined
  #scheduled: NodeJS.Immediate | undefined
  #revision: number
  #compactedRevision: number
  #closed = false
  /** Whether writes wait for a copy to be done. */
  #paused = false
  /** The copies that are being made. */
  #copying: Promise<void> = Promise.resolve()

  constructor(file: StoreFile, options: SqliteStoreOptions) {
    const { path, freeBytes, flush = (toDisk) => toDisk(), nowMs = () => performance.now() } = options
    this.#file = file
    this.#flush = () => flush(() => file.flush())
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
      const now = revision === this.#revision && this.#before === undefined
      if (revision === this.#revision && !options.after && !options.limit)
        return { entries: this.#wholeList(prefix), revision, remaining: 0 }
      const range = { prefix, revision, after: options.after, limit: options.limit }
      const entries = this.#tables.list(range, now)
      const last = entries.at(-1)
      const more = options.limit !== undefined && last !== undefined && entries.length === options.limit
      const first = revision === this.#revision && options.after === undefined
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
      await this.#flushing
      await backup(this.#file.db, path, { rate: ALL_PAGES })
    } catch (error) {
      throw translateSqliteError(error, path)
    } finally {
      this.#paused = false
      this.#commitNext()
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
    await this.#flushing
    while (this.#pending.length > 0) {
      this.#commit()
      await this.#flushing
    }
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
    if (this.#before?.has(key)) return this.#before.get(key)
    const entry = this.#tables.get(key)
    if (entry !== undefined) this.#entries.put(entry)
    return entry
  }

  #countNow(prefix: string): number {
    const range = { prefix, revision: this.#revision, after: undefined, limit: undefined }
    return this.#counts.get(prefix, () => this.#tables.count(range, this.#before === undefined))
  }

  #wholeList(prefix: string): readonly Entry[] {
    const known = this.#lists.get(prefix)
    if (known !== undefined) return known
    const range = { prefix, revision: this.#revision, after: undefined, limit: undefined }
    const entries = this.#tables.list(range, this.#before === undefined)
    this.#lists.offer(prefix, entries)
    return entries
  }

  #enqueue(write: Write): Promise<Entry> {
    this.#checkOpen()
    if (this.#failure) throw this.#failure
    this.#space.check(write.verb)
    return new Promise((resolve, reject) => {
      this.#pending.push({ write, resolve, reject })
      this.#scheduled ??= setImmediate(() => this.#commit())
    })
  }

  /** Writes one batch; when the disk has it, the watches and the writers are told, and the next one is written. */
  #commit(): void {
    clearImmediate(this.#scheduled)
    this.#scheduled = undefined
    if (this.#paused || this.#flushing) return
    const batch = this.#pending.splice(0, MAX_BATCH)
    let outcome: BatchOutcome
    try {
      outcome = this.#transaction((tables) =>
        applyBatch(batch, {
          revision: this.#revision,
          current: (key) => this.#entries.get(key) ?? tables.get(key),
          append: (event) => tables.append(event),
        }),
      )
    } catch (error) {
      for (const { reject } of batch) reject(error)
      return this.#commitNext()
    }
    if (outcome.events.length === 0) {
      outcome.settle()
      return this.#commitNext()
    }
    this.#before = outcome.before
    this.#flushing = this.#flush().then(
      () => {
        this.#flushing = undefined
        this.#publish(outcome)
        outcome.settle()
        this.#hub.notify(outcome.events)
        this.#commitNext()
      },
      (error: unknown) => {
        this.#flushing = undefined
        this.#fail(error, [...batch, ...this.#pending.splice(0)])
      },
    )
  }

  #commitNext(): void {
    if (this.#pending.length > 0) this.#scheduled ??= setImmediate(() => this.#commit())
  }

  /** From here on reads see the batch. */
  #publish({ events, changed }: BatchOutcome): void {
    this.#before = undefined
    this.#revision += events.length
    this.#recent.add(events)
    this.#lists.apply(events)
    this.#counts.apply(events)
    for (const [key, entry] of changed)
      if (entry === undefined) this.#entries.delete(key)
      else this.#entries.put(entry)
    this.#hub.tell(events)
  }

  /** The disk may have all of a batch, some of it or nothing: until the store is opened anew, reads see the state before
   *  it, and nothing is written. */
  #fail(cause: unknown, writes: readonly PendingWrite[]): void {
    const why = cause instanceof Error ? cause.message : String(cause)
    this.#failure = new StoreError('io', `${this.#path} could not be written to the disk (${why}); ${AFTER_FAILURE}`, {
      cause,
    })
    for (const { reject } of writes) reject(this.#failure)
  }

  #transaction<T>(body: (tables: SqliteTables) => T): T {
    const { db } = this.#file
    try {
      this.#tables.begin()
      const result = body(this.#tables)
      this.#tables.commit()
      return result
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

/** After some failures SQLite has rolled back by itself. */
function rollBack(db: DatabaseSync): void {
  if (db.isTransaction) db.exec('ROLLBACK')
}
