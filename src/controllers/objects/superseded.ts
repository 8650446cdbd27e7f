/** Versions of objects that their controller has written over. While the cache still shows one, what the controller has
 *  done already seems not to be, and nothing must be decided. */
import type { KubeObject } from '../../api/index.ts'

export class SupersededVersions {
  /** Resource versions by key. */
  readonly #versions = new Map<string, Set<string>>()

  wrote(key: string, before: KubeObject, after: KubeObject): void {
    const [old, now] = [before.metadata.resourceVersion, after.metadata.resourceVersion]
    if (old === undefined || old === now) return
    const versions = this.#versions.get(key) ?? new Set()
    this.#versions.set(key, versions.add(old))
  }

  /** When true, the event that brings the newer version is on its way. */
  isOld(key: string, object: KubeObject): boolean {
    if (this.#versions.get(key)?.has(object.metadata.resourceVersion ?? '')) return true
    this.#versions.delete(key)
    return false
  }

  forget(key: string): void {
    this.#versions.delete(key)
  }
}
