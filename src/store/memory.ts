/** A store in memory, for tests and for clusters that need not outlive their process. */
import { StoreError } from './errors.ts'
import { checkKey, compareKeys, endOfPrefix, lowerBound } from './key.ts'
import { checkRevision, type EventLog, type LogSlice } from './log.ts'
import type { Entry, ListOptions, ListResult, Store, StoreEvent, StoreStats, Watch, WatchOptions } from './store.ts'
import { WatchHub } from './watch.ts'
import { applyWrite, type Write } from './write.ts'

/** How many events a watch is handed, or looks through, at a time. */
const SLICE_EVENTS = 1000

export function openMemoryStore(): Promise<Store> {
  return Promise.resolve(new MemoryStore())
}

class MemoryStore implements Store, EventLog {
  readonly #current = new Map<string, Entry>()
  /** The keys of `#current`, sorted. */
  readonly #keys: string[] = []
  /** The events after `#compactedRevision`, one per revision. */
  #events: StoreEvent[] = []
  #revision = 1
  #compactedRevision = 0
  #closed = false
  readonly #hub: WatchHub = new WatchHub(this)

  get revision(): number {
    return this.#revision
  }

  get compactedRevision(): number {
    return this.#compactedRevision
  }

  create: Store['create'] = async (key, encode) => {
    checkKey(key)
    return this.#write({ verb: 'create', key, encode })
  }

  update: Store['update'] = async (key, expectedRevision, encode) =>
    this.#write({ verb: 'update', key, expectedRevision, encode })

  delete: Store['delete'] = async (key, expectedRevision, encode) =>
    this.#write({ verb: 'delete', key, expectedRevision, encode })

  async get(key: string): Promise<Entry | undefined> {
    this.#checkOpen()
    return this.#current.get(key)
  }

  async list(prefix: string, options: ListOptions = {}): Promise<ListResult> {
    this.#checkOpen()
    const revision = options.revision ?? this.#revision
    checkRevision(this, revision)
    const matching = revision === this.#revision ? this.#listNow(prefix) : this.#listAt(prefix, revision)
    const { after } = options
    const rest = after === undefined ? matching : matching.filter((entry) => compareKeys(entry.key, after) > 0)
    const entries = options.limit ? rest.slice(0, options.limit) : rest
    return { entries, revision, remaining: rest.length - entries.length }
  }

  async count(prefix: string): Promise<number> {
    this.#checkOpen()
    return lowerBound(this.#keys, endOfPrefix(prefix)) - lowerBound(this.#keys, prefix)
  }

  watch(prefix: string, options: WatchOptions): Watch {
    this.#checkOpen()
    return this.#hub.open(prefix, options)
  }

  subscribe: Store['subscribe'] = (listener) => this.#hub.subscribe(listener)

  async compact(revision: number): Promise<void> {
    this.#checkOpen()
    if (revision <= this.#compactedRevision) return
    checkRevision(this, revision)
    this.#events = this.#events.slice(this.#indexAfter(revision))
    this.#compactedRevision = revision
  }

  stats(): StoreStats {
    return {
      revision: this.#revision,
      compactedRevision: this.#compactedRevision,
      watches: this.#hub.size,
      diskBytes: 0,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#hub.close()
  }

  readAfter(prefix: string, after: number): LogSlice {
    const from = this.#indexAfter(after)
    const seen = this.#events.slice(from, from + SLICE_EVENTS)
    return {
      events: seen.filter((event) => event.key.startsWith(prefix)),
      through: seen.at(-1)?.entry.revision ?? this.#revision,
    }
  }

  #write(write: Write): Entry {
    this.#checkOpen()
    const { key } = write
    const event = applyWrite(write, this.#current.get(key), this.#revision + 1)
    this.#revision += 1
    this.#events.push(event)
    if (event.type === 'delete') {
      this.#current.delete(key)
      this.#keys.splice(lowerBound(this.#keys, key), 1)
    } else {
      if (event.previous === undefined) this.#keys.splice(lowerBound(this.#keys, key), 0, key)
      this.#current.set(key, event.entry)
    }
    this.#hub.tell([event])
    this.#hub.notify([event])
    return event.entry
  }

  #listNow(prefix: string): Entry[] {
    const keys = this.#keys.slice(lowerBound(this.#keys, prefix), lowerBound(this.#keys, endOfPrefix(prefix)))
    return keys.map((key) => this.#current.get(key) as Entry)
  }

  /** What has not changed since, and the states that later events replaced. */
  #listAt(prefix: string, revision: number): Entry[] {
    const entries = this.#listNow(prefix).filter((entry) => entry.revision <= revision)
    for (const { key, previous } of this.#events.slice(this.#indexAfter(revision)))
      if (previous !== undefined && previous.revision <= revision && key.startsWith(prefix)) entries.push(previous)
    return entries.sort((a, b) => compareKeys(a.key, b.key))
  }

  /** Revisions are consecutive, so an event's place follows from its revision. */
  #indexAfter(revision: number): number {
    const first = this.#events[0]?.entry.revision ?? this.#revision + 1
    return Math.max(0, revision + 1 - first)
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreError('closed', 'the store is closed')
  }
}
