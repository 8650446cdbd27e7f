/** How long to wait before the next try of what failed: 10 s, doubling to 5 min, forgotten after 10 quiet minutes. The
 *  first retry is immediate. Source: Kubernetes v1.34, client-go/util/flowcontrol/backoff.go. */

const FIRST_MS = 10_000
const LONGEST_MS = 300_000
const FORGET_AFTER_MS = 2 * LONGEST_MS

interface Entry {
  delayMs: number
  updatedAtMs: number
  note?: string
}

export class Backoff {
  readonly #entries = new Map<string, Entry>()

  /** How long `key` still has to wait, and the whole delay; undefined when it may go. `failedAtMs`: when it last failed. */
  waiting(key: string, failedAtMs: number, nowMs: number): { remainingMs: number; delayMs: number } | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || nowMs - failedAtMs > FORGET_AFTER_MS) return undefined
    const remainingMs = failedAtMs + entry.delayMs - nowMs
    return remainingMs > 0 ? { remainingMs, delayMs: entry.delayMs } : undefined
  }

  /** Notes one more try. */
  next(key: string, nowMs: number, failedAtMs = nowMs): void {
    const entry = this.#entries.get(key)
    const fresh = entry === undefined || nowMs - entry.updatedAtMs > FORGET_AFTER_MS + entry.delayMs
    const quiet = entry !== undefined && failedAtMs - entry.updatedAtMs > FORGET_AFTER_MS
    const delayMs = fresh || quiet ? FIRST_MS : Math.min(entry.delayMs * 2, LONGEST_MS)
    this.#entries.set(key, { delayMs, updatedAtMs: nowMs })
  }

  /** When `next` was last called for `key`. */
  lastUpdate(key: string): number | undefined {
    return this.#entries.get(key)?.updatedAtMs
  }

  /** Keeps with `key` what went wrong, for as long as nothing else is tried. */
  takeNote(key: string, note: string): void {
    const entry = this.#entries.get(key)
    if (entry !== undefined) entry.note = note
  }

  /** Empty: nothing is known. */
  note(key: string): string {
    return this.#entries.get(key)?.note ?? ''
  }

  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key)
  }
}

/** `350ms`, `1.5s`, `10s`, `1m20s`, `5m0s`: as Go prints a duration. */
export function goDuration(ms: number): string {
  if (ms < 1000) return ms === 0 ? '0s' : `${Math.round(ms)}ms`
  if (ms < 10_000) return `${Math.round(ms) / 1000}s`
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
