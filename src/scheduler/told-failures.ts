/** Which failures need no telling again: a pod that is tried often for want of the same thing would fill the cluster with
 *  writes. Kubernetes' recorder counts such repetitions in memory. Source: k8s.io/client-go v0.34, tools/events. */

/** The same is told again after so long. */
const SILENCE_MS = 6 * 60_000

export class ToldFailures {
  readonly #told = new Map<string, { message: string; atMs: number }>()

  /** Whether `message` about the pod is news; if so, it counts as told. */
  isNews(uid: string, message: string, nowMs: number): boolean {
    const told = this.#told.get(uid)
    if (told?.message === message && nowMs - told.atMs < SILENCE_MS) return false
    this.#told.set(uid, { message, atMs: nowMs })
    return true
  }

  forget(uid: string): void {
    this.#told.delete(uid)
  }
}
