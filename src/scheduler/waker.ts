/** A sleeper that others wake. */
import type { Clock } from '../lib/index.ts'

/** A reason of its own spares the making of an error at each of many wakes. */
const WOKEN = 'woken'

/** Timers of Node hold 31 bits. */
const MAX_TIMER_MS = 2 ** 31 - 1

export class Waker {
  readonly #clock: Clock
  #wake = (): void => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Ends the sleep; who does not sleep has seen already what there is. */
  wake(): void {
    this.#wake()
  }

  /** Until `wake`, or that time at the latest. Where it has come already the event loop gets a turn. */
  async sleepUntil(atMs: number | undefined): Promise<void> {
    const waitMs = atMs === undefined ? undefined : atMs - this.#clock.now()
    if (waitMs !== undefined && waitMs <= 0) return new Promise((resolve) => setImmediate(resolve))
    await new Promise<void>((resolve) => {
      const timer = new AbortController()
      this.#wake = () => {
        this.#wake = () => {}
        timer.abort(WOKEN)
        resolve()
      }
      if (waitMs !== undefined) void this.#clock.sleep(Math.min(waitMs, MAX_TIMER_MS), timer.signal).then(resolve)
    })
  }
}
