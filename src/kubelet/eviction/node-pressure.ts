/** Watches over what the node runs short of: tells it, frees what nobody uses, and in the end sends a pod away, one at a
 *  time. Source: Kubernetes v1.34, pkg/kubelet/eviction/eviction_manager.go (synchronize). */
import type { k8s } from '../../api/index.ts'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import { isCritical } from './admit.ts'
import { type ContainerUse, evictionMessage } from './eviction-message.ts'
import { type Candidate, type PodUse, rankPods } from './rank-pods.ts'
import { type Observations, type PressureCondition, type Signal, SIGNALS, type StarvedResource } from './signals.ts'
import {
  conditionsSeen,
  DEFAULT_THRESHOLDS,
  type LastSeen,
  seenNow,
  type Threshold,
  thresholdsMet,
} from './thresholds.ts'

/** Where what is known of the node and its pods comes from. */
export interface PressureSource {
  observe(): Promise<Observations>
  /** What the pods use of what counts towards the signal. */
  usage(signal: Signal): Promise<PodsUsage>
  /** Removes what nobody uses; resolves to whether there is anything of the kind for this signal. */
  reclaim(signal: Signal): Promise<boolean>
}

/** By pod uid. */
export type PodsUsage = ReadonlyMap<string, { pod: PodUse; containers: ContainerUse }>

export interface NodePressureOptions {
  source: PressureSource
  clock: Clock
  logger: Logger
  /** Default: Kubernetes'. */
  thresholds?: readonly Threshold[]
  /** The pods of this node. */
  pods: () => readonly k8s.Pod[]
  evict: (pod: k8s.Pod, message: string, condition: Omit<k8s.PodCondition, 'lastTransitionTime'>) => void
  /** Tells of the node in an event. */
  warn: (reason: string, message: string) => void
  /** Resolves when the pod that was sent away has ended. */
  ended: (pod: k8s.Pod, signal: AbortSignal) => Promise<void>
}

const INTERVAL_MS = 10_000

export class NodePressure {
  readonly #options: NodePressureOptions
  readonly #thresholds: readonly Threshold[]
  #lastSeen: LastSeen = {}

  constructor(options: NodePressureOptions) {
    this.#options = options
    this.#thresholds = options.thresholds ?? DEFAULT_THRESHOLDS
  }

  /** What the node is short of, or was a while ago. */
  conditions(): PressureCondition[] {
    return conditionsSeen(this.#lastSeen, this.#options.clock.now())
  }

  /** One look; resolves to the pod that was sent away. */
  async look(): Promise<k8s.Pod | undefined> {
    const { source, clock, warn } = this.#options
    const observations = await source.observe()
    const met = thresholdsMet(this.#thresholds, observations)
    this.#lastSeen = seenNow(this.#lastSeen, met, clock.now())
    const [first] = met
    if (first === undefined) return undefined
    const { resource } = SIGNALS[first.signal]
    warn('EvictionThresholdMet', `Attempting to reclaim ${resource}`)
    const reclaimed = await source.reclaim(first.signal)
    if (reclaimed && thresholdsMet(this.#thresholds, await source.observe()).length === 0) return undefined
    return this.#evictOne(first.signal, { resource, met, observations })
  }

  async #evictOne(
    signal: Signal,
    reason: { resource: StarvedResource; met: readonly Threshold[]; observations: Observations },
  ): Promise<k8s.Pod | undefined> {
    const { source, pods, evict } = this.#options
    const active = pods().filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
    if (active.length === 0) return undefined
    const usage = await source.usage(signal)
    const candidates = active.map((pod): Candidate => ({ pod, use: usage.get(pod.metadata.uid ?? '')?.pod }))
    const chosen = rankPods(candidates, reason.resource).find(({ pod }) => !isCritical(pod))?.pod
    if (chosen === undefined) return undefined
    const message = evictionMessage(chosen, usage.get(chosen.metadata.uid ?? '')?.containers ?? new Map(), reason)
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message }
    evict(chosen, message, condition)
    return chosen
  }

  /** Resolves when `signal` has aborted. */
  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    const { clock, logger, ended } = this.#options
    while (!signal.aborted) {
      const evicted = await this.look().catch((error: unknown) => {
        if (!signal.aborted) logger.debug({ error: errorMessage(error) }, 'what the node has left cannot be seen')
      })
      if (evicted) await ended(evicted, signal)
      else await clock.sleep(INTERVAL_MS, signal)
    }
  }
}
