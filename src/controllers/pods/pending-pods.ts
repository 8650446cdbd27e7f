/** What was created or deleted and has not come back through the watch yet. Until it has, the cache must not be
 *  counted: it would lead to pods made twice or the wrong ones deleted. Where Kubernetes counts expected events, this
 *  remembers the very pods, and asks the server for those the cache does not show: nothing to time out, nothing to
 *  lose when an event comes before the answer to the request that caused it. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'

export class PendingPods {
  readonly #client: Client
  readonly #pods: Informer<k8s.Pod>
  /** By replica set key: names of created pods, and uids by name of deleted ones. */
  readonly #created = new Map<string, Set<string>>()
  readonly #deleted = new Map<string, Map<string, string>>()

  constructor(options: { client: Client; pods: Informer<k8s.Pod> }) {
    this.#client = options.client
    this.#pods = options.pods
  }

  /** Before a create is sent: its outcome may never be known. */
  creating(key: string, podName: string): void {
    const names = this.#created.get(key) ?? new Set()
    this.#created.set(key, names.add(podName))
  }

  /** The server refused the create: there is no such pod. */
  notCreated(key: string, podName: string): void {
    this.#created.get(key)?.delete(podName)
  }

  deleted(key: string, pod: k8s.Pod): void {
    const uids = this.#deleted.get(key) ?? new Map<string, string>()
    this.#deleted.set(key, uids.set(pod.metadata.name, pod.metadata.uid ?? ''))
  }

  forget(key: string): void {
    this.#created.delete(key)
    this.#deleted.delete(key)
  }

  /** Whether the cache shows all that was done for `key`. When it does not, the watch event that mends it is on its
   *  way and will ask for `key` again. */
  async settled(key: string, namespace: string): Promise<boolean> {
    const uids = this.#deleted.get(key)
    for (const [name, uid] of uids ?? []) {
      const cached = this.#pods.get({ namespace, name })
      if (cached?.metadata.uid !== uid || cached.metadata.deletionTimestamp !== undefined) uids?.delete(name)
    }
    const names = this.#created.get(key)
    for (const name of names ?? []) {
      const cached = this.#pods.get({ namespace, name })
      if (cached !== undefined || !(await this.#exists({ namespace, name }))) names?.delete(name)
    }
    if ((uids?.size ?? 0) > 0 || (names?.size ?? 0) > 0) return false
    this.forget(key)
    return true
  }

  async #exists(ref: { namespace: string; name: string }): Promise<boolean> {
    try {
      await this.#client.get(resources.pods, ref)
      return true
    } catch (error) {
      if (isApiError(error, 'NotFound')) return false
      throw error
    }
  }
}
