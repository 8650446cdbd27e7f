/** Watches as cursors on the log. A hub wakes the waiting ones when something was written. */
import { checkRevision, type EventLog } from './log.ts'
import type { StoreEvent, Watch, WatchOptions } from './store.ts'

type Result = IteratorResult<readonly StoreEvent[], void>
const ended: Result = { done: true, value: undefined }

/** All watches of one store. */
export class WatchHub {
  readonly #log: EventLog
  readonly #watches = new Set<LogWatch>()
  readonly #listeners = new Set<(events: readonly StoreEvent[]) => void>()

  constructor(log: EventLog) {
    this.#log = log
  }

  get size(): number {
    return this.#watches.size
  }

  open(prefix: string, options: WatchOptions): Watch {
    checkRevision(this.#log, options.after)
    const watch = new LogWatch(this.#log, prefix, options, () => this.#watches.delete(watch))
    if (!options.signal?.aborted) this.#watches.add(watch)
    return watch
  }

  subscribe(listener: (events: readonly StoreEvent[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells the listeners of events that the log now has. */
  tell(events: readonly StoreEvent[]): void {
    for (const listener of this.#listeners) listener(events)
  }

  /** Tells the watches of events that the log now has. */
  notify(events: readonly StoreEvent[]): void {
    for (const watch of this.#watches) watch.offer(events)
  }

  close(): void {
    this.#listeners.clear()
    for (const watch of this.#watches) watch.end()
  }
}

class LogWatch implements Watch {
  readonly #log: EventLog
  readonly #prefix: string
  readonly #signal: AbortSignal | undefined
  readonly #onEnd: () => void
  readonly #abort = () => this.end()
  #revision: number
  #ended = false
  /** Calls of `next` run one after the other. */
  #last: Promise<unknown> = Promise.resolve()
  #wake: (() => void) | undefined

  constructor(log: EventLog, prefix: string, options: WatchOptions, onEnd: () => void) {
    this.#log = log
    this.#prefix = prefix
    this.#revision = options.after
    this.#onEnd = onEnd
    this.#signal = options.signal
    if (this.#signal?.aborted) this.#ended = true
    else this.#signal?.addEventListener('abort', this.#abort, { once: true })
  }

  get revision(): number {
    return this.#revision
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Result> {
    const result = this.#last.then(() => this.#read())
    this.#last = result.catch(() => {})
    return result
  }

  return(): Promise<Result> {
    this.end()
    return Promise.resolve(ended)
  }

  /** A waiting watch wakes if one of the events is for it, else it moves past them. */
  offer(events: readonly StoreEvent[]): void {
    if (this.#wake === undefined) return
    if (events.some((event) => event.key.startsWith(this.#prefix))) return this.#resume()
    const last = events.at(-1)
    if (last !== undefined) this.#revision = last.entry.revision
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#signal?.removeEventListener('abort', this.#abort)
    this.#onEnd()
    this.#resume()
  }

  #resume(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  async #read(): Promise<Result> {
    while (!this.#ended) {
      if (this.#revision === this.#log.revision) {
        await new Promise<void>((resolve) => (this.#wake = resolve))
        continue
      }
      const slice = this.#slice()
      this.#revision = slice.through
      if (slice.events.length > 0) return { done: false, value: slice.events }
      // A long stretch of the log without a match must not hold up the event loop.
      if (this.#revision < this.#log.revision) await new Promise((resolve) => setImmediate(resolve))
    }
    return ended
  }

  #slice() {
    try {
      checkRevision(this.#log, this.#revision)
      return this.#log.readAfter(this.#prefix, this.#revision)
    } catch (error) {
      this.end()
      throw error
    }
  }
}
