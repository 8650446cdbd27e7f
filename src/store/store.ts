/** The contract of the object store: a map from keys to strings that remembers its past, one revision per write.
 *
 *  The model is etcd's (a single revision counter for the whole store, multi-version reads, watches from a revision,
 *  compaction), cut to what a Kubernetes API server needs. Values are kept as they are; nothing in the store parses
 *  them. Keys are ordered by code point. */

/** One key at one revision. Entries are shared, never changed. */
export interface Entry {
  readonly key: string
  readonly value: string
  /** The revision of the write that made this state. */
  readonly revision: number
  /** The revision at which the key was last created. */
  readonly createRevision: number
}

export interface StoreEvent {
  readonly type: 'put' | 'delete'
  readonly key: string
  /** The state after the write; for a delete, the last state as the deleter encoded it, with the delete's revision. */
  readonly entry: Entry
  /** The state before the write; absent when the key was created. */
  readonly previous?: Entry
}

/** Makes the value to be stored from the revision that the write gets. Called synchronously, once, when the write is
 *  applied; not called when the write is refused. If it throws, the write is rejected with what it threw. */
export type Encode = (revision: number) => string
/** As `Encode`, with the entry about to be deleted. */
export type EncodeDeleted = (revision: number, current: Entry) => string

export interface ListOptions {
  /** Read the state as it was at this revision. Default: now. */
  readonly revision?: number | undefined
  /** At most this many entries; 0 or absent means all. */
  readonly limit?: number | undefined
  /** Only keys after this one (the last key of the page before). */
  readonly after?: string | undefined
}

export interface ListResult {
  readonly entries: readonly Entry[]
  /** The revision the entries are consistent at. */
  readonly revision: number
  /** How many more entries there are after the last one returned. */
  readonly remaining: number
}

export interface WatchOptions {
  /** The first event is the first one with a greater revision. */
  readonly after: number
  /** Ends the watch (without an error). */
  readonly signal?: AbortSignal | undefined
}

/** Batches of events in revision order, without gaps or doubles. A watch is a cursor on the log, not a buffer: a slow
 *  reader costs no memory, and reads on from the log until its place is compacted (`next` then throws `compacted`).
 *  It ends when its signal aborts or the store closes. */
export interface Watch extends AsyncIterableIterator<readonly StoreEvent[], void> {
  /** Every event up to this revision has been returned by `next`. It advances while nothing matches, so that a watch
   *  can be told how far it got (bookmarks). */
  readonly revision: number
  return(): Promise<IteratorResult<readonly StoreEvent[], void>>
}

export interface StoreStats {
  readonly revision: number
  readonly compactedRevision: number
  readonly watches: number
  /** Space taken on disk; 0 for a store in memory. */
  readonly diskBytes: number
}

/** Reads see only acknowledged writes. All methods throw StoreError; the reasons are named with each. */
export interface Store extends AsyncDisposable {
  /** The revision of the last acknowledged write; 1 when there was none yet. */
  readonly revision: number
  /** Reading below this revision, or watching from below it, fails with `compacted`; 0 when nothing was compacted. */
  readonly compactedRevision: number

  /** Throws `exists`, `invalidKey`, `full`, `io`, `closed`. */
  create(key: string, encode: Encode): Promise<Entry>
  /** Throws `notFound`, `conflict`, `full`, `io`, `closed`. */
  update(key: string, expectedRevision: number, encode: Encode): Promise<Entry>
  /** Returns the state that watchers see. Without `expectedRevision` any state is deleted.
   *  Throws `notFound`, `conflict`, `full`, `io`, `closed`. */
  delete(key: string, expectedRevision: number | undefined, encode: EncodeDeleted): Promise<Entry>

  get(key: string): Promise<Entry | undefined>
  /** Entries whose key starts with `prefix`, in key order. Throws `compacted`, `future`. */
  list(prefix: string, options?: ListOptions): Promise<ListResult>
  /** How many keys start with `prefix` now. */
  count(prefix: string): Promise<number>

  /** Throws, at once, `compacted` or `future`. */
  watch(prefix: string, options: WatchOptions): Watch

  /** Calls `listener` with every batch of acknowledged writes, in order, before their writers are told and within the
   *  same turn: what is derived from it is never behind what anybody else has seen. It must not throw. The returned
   *  function ends it. */
  subscribe(listener: (events: readonly StoreEvent[]) => void): () => void
  /** Forgets the states before `revision`: those that were overwritten or deleted by then. Throws `future`. */
  compact(revision: number): Promise<void>
  stats(): StoreStats
}
