/** How long a failed daemon pod is left before the next is made in its place: a kubelet that refuses them all would
 *  otherwise be at it without end. Source: k8s.io/client-go v0.34, util/flowcontrol/backoff.go, with the bounds of
 *  cmd/kube-controller-manager/app/apps.go. */

const FIRST_MS = 1000
const LONGEST_MS = 15 * 60_000

export class FailedPodBackoff {
  readonly #entries = new Map<string, { waitMs: number; sinceMs: number }>()

  /** Milliseconds until a failed pod of `key` may be deleted; 0: now. */
  remainingMs(key: string, nowMs: number): number {
    const entry = this.#entries.get(key)
    return entry === undefined ? 0 : Math.max(0, entry.sinceMs + entry.waitMs - nowMs)
  }

  /** A failed pod of `key` is deleted now: the next has to wait twice as long, unless it comes much later. */
  failed(key: string, nowMs: number): void {
    for (const [other, { sinceMs }] of this.#entries) if (nowMs - sinceMs > 2 * LONGEST_MS) this.#entries.delete(other)
    const { waitMs = 0 } = this.#entries.get(key) ?? {}
    this.#entries.set(key, { waitMs: Math.min(Math.max(FIRST_MS, 2 * waitMs), LONGEST_MS), sinceMs: nowMs })
  }
}
