/** Removes the pods that nobody else will clear away. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import { type Clock, toKubernetesTime } from '../../lib/index.ts'
import { isPodTerminal, withCondition } from '../objects/index.ts'
import { collectablePods, type CollectablePod } from './choose.ts'

/** A node must be missing so long before its pods are given up. */
const QUARANTINE_MS = 40_000

export class PodCollector {
  readonly #client: Client
  readonly #clock: Clock
  readonly #pods: Informer<k8s.Pod>
  readonly #nodes: Informer<k8s.Node>
  /** Since when a node that pods name has been missing. */
  readonly #missingSince = new Map<string, number>()

  constructor(options: { client: Client; clock: Clock; pods: Informer<k8s.Pod>; nodes: Informer<k8s.Node> }) {
    this.#client = options.client
    this.#clock = options.clock
    this.#pods = options.pods
    this.#nodes = options.nodes
  }

  async collect(): Promise<void> {
    for (const collectable of collectablePods(this.#pods.list(), await this.#missingNodes()))
      await this.#remove(collectable)
  }

  async #missingNodes(): Promise<Set<string>> {
    const now = this.#clock.now()
    const named = new Set(this.#pods.list().map((pod) => pod.spec?.nodeName ?? ''))
    for (const name of this.#missingSince.keys())
      if (!named.has(name) || this.#nodes.get({ name }) !== undefined) this.#missingSince.delete(name)
    for (const name of named)
      if (name !== '' && this.#nodes.get({ name }) === undefined && !this.#missingSince.has(name))
        this.#missingSince.set(name, now)
    const gone = new Set<string>()
    for (const [name, since] of this.#missingSince)
      if (now - since >= QUARANTINE_MS && !(await this.#nodeExists(name))) gone.add(name)
    return gone
  }

  async #nodeExists(name: string): Promise<boolean> {
    try {
      await this.#client.get(resources.nodes, { name })
      return true
    } catch (error) {
      if (isApiError(error, 'NotFound')) return false
      throw error
    }
  }

  /** A pod that has not ended is marked failed first: whoever follows it learns that it will not come back. */
  async #remove({ pod, why }: CollectablePod): Promise<void> {
    try {
      if (why === 'orphaned' && !isPodTerminal(pod)) await this.#markFailed(pod)
      const { uid } = pod.metadata
      await this.#client.delete(resources.pods, pod.metadata, {
        gracePeriodSeconds: 0,
        ...(uid !== undefined && { preconditions: { uid } }),
      })
    } catch (error) {
      if (!isApiError(error, 'NotFound', 'Conflict')) throw error
    }
  }

  async #markFailed(pod: k8s.Pod): Promise<void> {
    const conditions = withCondition<k8s.PodCondition>(pod.status?.conditions, {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
      lastTransitionTime: toKubernetesTime(this.#clock.now()),
    })
    const status = { ...pod.status, phase: 'Failed', conditions }
    await this.#client.updateStatus(resources.pods, { ...pod, status })
  }
}
