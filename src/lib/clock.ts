/** Time as a parameter. Components take a `Clock`; only this file and the tests know which. */

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Resolves after `ms`, or at once when `signal` aborts (it never rejects). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done, { once: true })
    }),
}

/** The form Kubernetes gives `metav1.Time`: RFC 3339, UTC, whole seconds. */
export function toKubernetesTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000)
  if (second !== latest.second) {
    latest.text = `${new Date(epochMs).toISOString().slice(0, -'.000Z'.length)}Z`
    latest.second = second
  }
  return latest.text
}

/** What was worded last: each write says several times when it was, and thousands of writes share a second. */
const latest = { second: Number.NaN, text: '' }

/** A clock that a test moves by hand: `advance` wakes the sleepers in the order they are due. */
export class FakeClock implements Clock {
  #now: number
  #sleepers: { at: number; wake: () => void }[] = []

  constructor(startMs = 1_700_000_000_000) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const sleeper = { at: this.#now + ms, wake: () => finish() }
      const finish = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        signal?.removeEventListener('abort', finish)
        resolve()
      }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', finish, { once: true })
    })
  }

  /** Moves time forward by `ms`, waking each sleeper at its own instant and letting what it does settle. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      const next = this.#sleepers.filter((s) => s.at <= end).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#now = next.at
      next.wake()
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#now = end
    await new Promise((resolve) => setImmediate(resolve))
  }
}
