/** What becomes of one pod after another: it gets a node, or it is told why not, and where others are in its way they
 *  make room. Decided at once against the cache; what follows is written meanwhile. */
import { type k8s, keyOf } from '../api/index.ts'
import type { Client, Informer } from '../client/index.ts'
import { type Clock, errorMessage, type Logger } from '../lib/index.ts'
import type { ClusterCache } from './cluster-cache.ts'
import { failureMessage } from './failure-message.ts'
import type { Rejection } from './filter.ts'
import { isOurs } from './follow-cluster.ts'
import { makeRoom } from './preemption/make-room.ts'
import { preempt } from './preemption/preempt.ts'
import type { Profile } from './profile.ts'
import { bind, type Failure, reportFailure, reportScheduled } from './report.ts'
import { type Decision, schedule } from './schedule.ts'
import type { SchedulingQueue } from './scheduling-queue.ts'
import type { ToldFailures } from './told-failures.ts'
import type { VolumePlacement } from './volumes/index.ts'

export interface DeciderOptions {
  client: Client
  clock: Clock
  logger: Logger
  signal: AbortSignal
  profile: Profile
  random: () => number
  cache: ClusterCache
  queue: SchedulingQueue
  told: ToldFailures
  nodes: Informer<k8s.Node>
  pods: Informer<k8s.Pod>
  volumes: VolumePlacement
  /** Called when the queue may have more to do than it had. */
  wake: () => void
}

export class Decider {
  readonly #options: DeciderOptions
  readonly #pending = new Set<Promise<void>>()

  constructor(options: DeciderOptions) {
    this.#options = options
  }

  decide(pod: k8s.Pod): void {
    const { cache, profile, random } = this.#options
    const decision = schedule(cache.snapshot(), pod, { profile, random })
    if (!decision.fits) return this.#refuse(pod, decision)
    cache.putPod(pod, decision.node)
    this.#inBackground(pod, this.#place(pod, decision.node))
  }

  /** Resolves when the writes in hand are done. */
  async drained(): Promise<void> {
    await Promise.all(this.#pending)
  }

  #refuse(pod: k8s.Pod, decision: Decision & { fits: false }): void {
    const { cache, queue, clock, profile } = this.#options
    const { rejections } = decision
    const snapshot = cache.snapshot()
    queue.reject(pod, rejectingPlugins(profile, rejections), clock.now())
    const preemption = snapshot.nodes.length === 0 ? undefined : preempt(snapshot, pod, { profile, rejections })
    if (preemption?.outcome === 'room') {
      const message = failureMessage(snapshot.nodes.length, decision)
      return this.#preempt(pod, { ...preemption, message, nominated: snapshot.nominated.get(preemption.node) ?? [] })
    }
    const message = failureMessage(snapshot.nodes.length, decision, preemption?.message)
    const isHopeless = preemption?.outcome !== 'ineligible'
    if (isHopeless) cache.nominate(pod.metadata.uid ?? '', undefined)
    this.#tell(pod, { message, ...(isHopeless && { nominatedNode: '' }) })
  }

  #preempt(
    preemptor: k8s.Pod,
    room: { node: string; victims: readonly k8s.Pod[]; message: string; nominated: readonly { pod: k8s.Pod }[] },
  ): void {
    const { client, clock, cache, queue, wake } = this.#options
    const { node, victims, message } = room
    const uid = preemptor.metadata.uid ?? ''
    cache.nominate(uid, { pod: preemptor, node })
    queue.hold(uid)
    this.#tell(preemptor, { message, nominatedNode: node })
    const release = (failed: boolean) => {
      queue.unhold(uid, { failed })
      wake()
    }
    const nominated = room.nominated.map(({ pod }) => pod)
    this.#inBackground(preemptor, makeRoom({ client, clock, release }, { preemptor, node, victims, nominated }))
  }

  async #place(pod: k8s.Pod, node: string): Promise<void> {
    const { client, clock, logger, signal, nodes, pods, volumes } = this.#options
    let step = 'running PreBind plugin "VolumeBinding": binding volumes'
    try {
      const isWaiting = () => pods.get(pod.metadata)?.metadata.uid === pod.metadata.uid
      await volumes.place(pod, nodes.get({ name: node }), isWaiting)
      step = 'running Bind plugin "DefaultBinder"'
      await bind({ client, clock }, pod, node)
    } catch (error) {
      if (!this.#giveBack(pod) || signal.aborted) return
      const message = `${step}: ${errorMessage(error)}`
      logger.warn({ pod: keyOf(pod), node, error: message }, 'cannot bind')
      return this.#report(pod, { message, reason: 'SchedulerError', nominatedNode: '' })
    }
    logger.debug({ pod: keyOf(pod), node }, 'scheduled')
    await reportScheduled({ client, clock }, pod, node)
  }

  /** Undoes an assumption that did not come true, unless the cluster has moved on. Returns whether the pod is to be
   *  tried again. */
  #giveBack(pod: k8s.Pod): boolean {
    const { clock, cache, queue, pods, wake } = this.#options
    const current = pods.get(pod.metadata)
    const isSame = current?.metadata.uid === pod.metadata.uid
    if (isSame && current?.spec.nodeName) return false
    if (cache.removePod(pod.metadata.uid ?? '')) queue.wake('PodRemoved')
    const isWaiting = isSame && current !== undefined && isOurs(current)
    if (isWaiting) queue.retry(current, clock.now())
    else queue.remove(pod.metadata.uid ?? '')
    wake()
    return isWaiting
  }

  #tell(pod: k8s.Pod, failure: Failure): void {
    this.#inBackground(pod, this.#report(pod, failure))
  }

  #report(pod: k8s.Pod, failure: Failure): Promise<void> {
    const { client, clock, told } = this.#options
    const isNews = told.isNews(pod.metadata.uid ?? '', failure.message, clock.now())
    return reportFailure({ client, clock }, pod, { ...failure, quietly: !isNews })
  }

  #inBackground(pod: k8s.Pod, work: Promise<void>): void {
    const { signal, logger } = this.#options
    const settled = work
      .catch((error: unknown) => {
        if (!signal.aborted) logger.warn({ pod: keyOf(pod), error: errorMessage(error) }, 'cannot write to the API')
      })
      .finally(() => this.#pending.delete(settled))
    this.#pending.add(settled)
  }
}

function rejectingPlugins(profile: Profile, rejections: ReadonlyMap<string, Rejection>) {
  const rejecting = new Set([...rejections.values()].map((rejection) => rejection.plugin))
  return profile.filters.filter((plugin) => rejecting.has(plugin.name))
}
