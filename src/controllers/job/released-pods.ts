/** Pods whose finalizer has been removed while the cache still shows it: they have been counted, and must not be again. */
import type { k8s } from '../../api/index.ts'
import { isTracked } from './finalizer.ts'

export class ReleasedPods {
  /** Uids by Job key. */
  readonly #released = new Map<string, Set<string>>()

  /** Before the finalizer is removed. */
  releasing(key: string, pod: k8s.Pod): void {
    const uids = this.#released.get(key) ?? new Set()
    this.#released.set(key, uids.add(pod.metadata.uid ?? ''))
  }

  /** It could not be removed. */
  kept(key: string, pod: k8s.Pod): void {
    this.#released.get(key)?.delete(pod.metadata.uid ?? '')
  }

  forget(key: string): void {
    this.#released.delete(key)
  }

  /** Of `pods`, the cache's view of all pods of the Job, those that only seem to have the finalizer. */
  among(key: string, pods: readonly k8s.Pod[]): ReadonlySet<string> {
    const uids = this.#released.get(key)
    if (uids === undefined) return new Set()
    const tracked = new Set(pods.filter(isTracked).map(({ metadata }) => metadata.uid ?? ''))
    for (const uid of uids) if (!tracked.has(uid)) uids.delete(uid)
    if (uids.size === 0) this.#released.delete(key)
    return new Set(uids)
  }
}
