/** Versions of Jobs that have been written over. While the cache still shows one, pods that are counted already seem not
 *  to be, and nothing must be decided. */
import type { k8s } from '../../api/index.ts'

export class SupersededJobs {
  /** Resource versions by Job key. */
  readonly #versions = new Map<string, Set<string>>()

  wrote(key: string, before: k8s.Job, after: k8s.Job): void {
    const [old, now] = [before.metadata.resourceVersion, after.metadata.resourceVersion]
    if (old === undefined || old === now) return
    const versions = this.#versions.get(key) ?? new Set()
    this.#versions.set(key, versions.add(old))
  }

  /** When true, the event that brings the newer version is on its way. */
  isOld(key: string, job: k8s.Job): boolean {
    if (this.#versions.get(key)?.has(job.metadata.resourceVersion ?? '')) return true
    this.#versions.delete(key)
    return false
  }

  forget(key: string): void {
    this.#versions.delete(key)
  }
}
