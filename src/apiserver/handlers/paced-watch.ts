/** A watch that is also woken, now and then, to tell its reader how far it got. */
import type { Clock } from '../../lib/index.ts'
import type { StoreEvent, Watch } from '../../store/index.ts'

const BOOKMARK_INTERVAL_MS = 60_000

type Batch = IteratorResult<readonly StoreEvent[], void>

export class PacedWatch {
  readonly #watch: Watch
  readonly #paced: boolean
  #waiting = false
  #arrived: (() => Batch) | undefined
  #due = false
  /** Wakes the one call of `next`. Promise.race would leave something behind on the loser at every batch. */
  #ring: () => void = () => {}

  /** Without a `clock` it is the watch alone. */
  constructor(watch: Watch, clock: Clock | undefined, signal: AbortSignal) {
    this.#watch = watch
    this.#paced = clock !== undefined
    if (clock !== undefined) void this.#remind(clock, signal)
  }

  /** Undefined when it is time for a bookmark. */
  async next(): Promise<Batch | undefined> {
    if (!this.#paced) return this.#watch.next()
    if (!this.#waiting) this.#await()
    if (this.#arrived === undefined && !this.#due) await new Promise<void>((resolve) => (this.#ring = resolve))
    const batch = this.#arrived
    if (batch === undefined) {
      this.#due = false
      return undefined
    }
    this.#arrived = undefined
    this.#waiting = false
    return batch()
  }

  #await(): void {
    this.#waiting = true
    const arrive = (batch: () => Batch) => {
      this.#arrived = batch
      this.#ring()
    }
    this.#watch.next().then(
      (batch) => arrive(() => batch),
      (error: unknown) =>
        arrive(() => {
          throw error
        }),
    )
  }

  async #remind(clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(BOOKMARK_INTERVAL_MS, signal)
      this.#due = true
      this.#ring()
    }
  }
}
