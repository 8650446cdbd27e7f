/** The queue behind every controller: each key is handled by one worker at a time, added keys coalesce, failures back
 *  off. The behaviour is that of client-go's workqueue (dirty/processing sets, exponential per-key back-off). */
import type { Clock } from './clock.ts'

export interface WorkQueueOptions {
  clock: Clock
  /** First retry delay; doubles with each failure of the same key. Default 5 ms, as client-go. */
  baseDelayMs?: number
  /** Longest retry delay. Default 30 s. */
  maxDelayMs?: number
}

export class WorkQueue {
  readonly #clock: Clock
  readonly #baseDelayMs: number
  readonly #maxDelayMs: number
  readonly #ready: string[] = []
  readonly #dirty = new Set<string>()
  readonly #processing = new Set<string>()
  readonly #failures = new Map<string, number>()
  readonly #timers = new Map<string, { at: number; cancel: AbortController }>()
  readonly #waiters: (() => void)[] = []

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock
    this.#baseDelayMs = options.baseDelayMs ?? 5
    this.#maxDelayMs = options.maxDelayMs ?? 30_000
  }

  /** How many keys wait to be handled now (delayed ones not counted). */
  get length(): number {
    return this.#ready.length
  }

  /** Asks for `key` to be handled as soon as possible. A key already waiting is not added twice; a key being handled
   *  is handled once more afterwards. */
  add(key: string): void {
    if (this.#dirty.has(key)) return
    this.#dirty.add(key)
    if (this.#processing.has(key)) return
    this.#ready.push(key)
    this.#waiters.shift()?.()
  }

  /** Asks for `key` to be handled after `delayMs`; of several requests the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (delayMs <= 0) return this.add(key)
    const at = this.#clock.now() + delayMs
    const pending = this.#timers.get(key)
    if (pending !== undefined && pending.at <= at) return
    pending?.cancel.abort()
    const timer = { at, cancel: new AbortController() }
    this.#timers.set(key, timer)
    void this.#clock.sleep(delayMs, timer.cancel.signal).then(() => {
      if (this.#timers.get(key) !== timer) return
      this.#timers.delete(key)
      this.add(key)
    })
  }

  /** Handles keys with `concurrency` workers until `signal` aborts and the keys in hand are done. `handle` returning a
   *  number asks for the key again after that many milliseconds; throwing retries it with exponential back-off. */
  async run(options: {
    signal: AbortSignal
    concurrency?: number
    handle: (key: string) => Promise<number | undefined | void>
    onError: (key: string, error: unknown) => void
  }): Promise<void> {
    const { signal } = options
    const wakeAll = () => {
      for (const waiter of this.#waiters.splice(0)) waiter()
    }
    signal.addEventListener('abort', wakeAll, { once: true })
    const worker = async () => {
      while (!signal.aborted) {
        const key = this.#ready.shift()
        if (key === undefined) {
          await new Promise<void>((resolve) => this.#waiters.push(resolve))
          continue
        }
        this.#dirty.delete(key)
        this.#processing.add(key)
        try {
          const again = await options.handle(key)
          this.#failures.delete(key)
          if (typeof again === 'number') this.addAfter(key, again)
        } catch (error) {
          if (!signal.aborted) options.onError(key, error)
          const failures = (this.#failures.get(key) ?? 0) + 1
          this.#failures.set(key, failures)
          this.addAfter(key, Math.min(this.#baseDelayMs * 2 ** (failures - 1), this.#maxDelayMs))
        } finally {
          this.#processing.delete(key)
          if (this.#dirty.has(key)) {
            this.#ready.push(key)
            this.#waiters.shift()?.()
          }
        }
      }
    }
    await Promise.all(Array.from({ length: options.concurrency ?? 1 }, worker))
    signal.removeEventListener('abort', wakeAll)
    for (const timer of this.#timers.values()) timer.cancel.abort()
    this.#timers.clear()
  }
}
