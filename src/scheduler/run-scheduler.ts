/** The loop: watches pods and nodes, decides, binds. Decisions are made one at a time against an up-to-date snapshot;
 *  bindings are written meanwhile, and so is the end of pods that make room. */
import { type k8s, type KubeObject, keyOf, resources } from '../api/index.ts'
import { type Client, openInformer } from '../client/index.ts'
import { type Clock, errorMessage, type Logger } from '../lib/index.ts'
import { ClusterCache } from './cluster-cache.ts'
import { failureMessage } from './failure-message.ts'
import type { Rejection } from './filter.ts'
import { isOurs, onNodeChange, onPodChange } from './follow-cluster.ts'
import { openSurroundings } from './open-cache.ts'
import { makeRoom } from './preemption/make-room.ts'
import { preempt } from './preemption/preempt.ts'
import { defaultProfile, type Profile } from './profile.ts'
import { bind, type Failure, reportFailure, reportScheduled } from './report.ts'
import { type Decision, schedule } from './schedule.ts'
import { SchedulingQueue } from './scheduling-queue.ts'
import { ToldFailures } from './told-failures.ts'
import { openVolumePlacement } from './volumes/index.ts'

export interface SchedulerOptions {
  client: Client
  clock: Clock
  logger: Logger
  signal: AbortSignal
  profile?: Profile
  /** Chooses among equally good nodes. Default Math.random. */
  random?: () => number
}

/** After so many decisions in a row the event loop gets a turn: bindings go out, informers come in. */
const DECISIONS_PER_TURN = 16

/** Resolves when `signal` has aborted and the writes in hand are done. Rejects only when `signal` aborts before the
 *  first lists are in. */
export async function runScheduler(options: SchedulerOptions): Promise<void> {
  const { client, clock, signal } = options
  const logger = options.logger.child({ component: 'scheduler' })
  const profile = options.profile ?? defaultProfile
  const cache = new ClusterCache()
  const queue = new SchedulingQueue()
  const told = new ToldFailures()
  const pending = new Set<Promise<void>>()
  let wake = (): void => {}

  await using stack = new AsyncDisposableStack()
  const informer = { signal, clock, logger }
  stack.use(await openSurroundings({ client, cache, informer }))
  const nodes = stack.use(await openInformer(client, resources.nodes, informer))
  const pods = stack.use(await openInformer(client, resources.pods, { ...informer, transform: dropManagedFields }))

  const volumes = stack.use(
    await openVolumePlacement(client, informer, () => {
      queue.wake('StorageChanged')
      wake()
    }),
  )
  cache.update(() => ({ storage: volumes.storage }))

  const followed = { cache, queue, now: () => clock.now() }
  nodes.onChange((event) => {
    onNodeChange(followed, event)
    wake()
  })
  pods.onChange((event) => {
    onPodChange(followed, event)
    if (event.type === 'deleted' || event.object.spec.nodeName) told.forget(event.object.metadata.uid ?? '')
    wake()
  })

  function inBackground(pod: k8s.Pod, work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => {
        if (!signal.aborted) logger.warn({ pod: keyOf(pod), error: errorMessage(error) }, 'cannot write to the API')
      })
      .finally(() => pending.delete(settled))
    pending.add(settled)
  }

  function decide(pod: k8s.Pod): void {
    const decision = schedule(cache.snapshot(), pod, { profile, random: options.random ?? Math.random })
    if (!decision.fits) return refuse(pod, decision)
    cache.putPod(pod, decision.node)
    inBackground(pod, place(pod, decision.node))
  }

  function refuse(pod: k8s.Pod, decision: Decision & { fits: false }): void {
    const uid = pod.metadata.uid ?? ''
    const snapshot = cache.snapshot()
    queue.reject(pod, rejectingPlugins(profile, decision.rejections), clock.now())
    const preemption =
      snapshot.nodes.length === 0 ? undefined : preempt(snapshot, pod, { profile, rejections: decision.rejections })
    if (preemption?.outcome === 'room') {
      const { node, victims } = preemption
      cache.nominate(uid, { pod, node })
      queue.hold(uid)
      const message = failureMessage(snapshot.nodes.length, decision)
      inBackground(pod, fail(pod, { message, nominatedNode: node }))
      const lesser = snapshot.nominated.get(node)?.map((other) => other.pod) ?? []
      const release = (failed: boolean) => {
        queue.unhold(uid, { failed })
        wake()
      }
      inBackground(pod, makeRoom({ client, clock, release }, { preemptor: pod, node, victims, nominated: lesser }))
      return
    }
    const message = failureMessage(snapshot.nodes.length, decision, preemption?.message)
    const isHopeless = preemption?.outcome !== 'ineligible'
    if (isHopeless) cache.nominate(uid, undefined)
    inBackground(pod, fail(pod, { message, ...(isHopeless && { nominatedNode: '' }) }))
  }

  function fail(pod: k8s.Pod, failure: Failure): Promise<void> {
    const isNews = told.isNews(pod.metadata.uid ?? '', failure.message, clock.now())
    return reportFailure({ client, clock }, pod, { ...failure, quietly: !isNews })
  }

  async function place(pod: k8s.Pod, node: string): Promise<void> {
    let step = 'running PreBind plugin "VolumeBinding": binding volumes'
    try {
      const isWaiting = () => pods.get(pod.metadata)?.metadata.uid === pod.metadata.uid
      await volumes.place(pod, nodes.get({ name: node }), isWaiting)
      step = 'running Bind plugin "DefaultBinder"'
      await bind({ client, clock }, pod, node)
    } catch (error) {
      if (!giveBack(pod) || signal.aborted) return
      const message = `${step}: ${errorMessage(error)}`
      logger.warn({ pod: keyOf(pod), node, error: message }, 'cannot bind')
      return fail(pod, { message, reason: 'SchedulerError', nominatedNode: '' })
    }
    logger.debug({ pod: keyOf(pod), node }, 'scheduled')
    await reportScheduled({ client, clock }, pod, node)
  }

  /** Undoes an assumption that did not come true, unless the cluster has moved on. Returns whether the pod is to be
   *  tried again. */
  function giveBack(pod: k8s.Pod): boolean {
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

  signal.addEventListener('abort', () => wake(), { once: true })
  while (!signal.aborted) {
    for (let made = 0; made < DECISIONS_PER_TURN; made++) {
      const pod = queue.pop(clock.now())
      if (pod === undefined) break
      decide(pod)
    }
    await nextTurn()
  }
  await Promise.all(pending)

  /** At once when there is more to do, else when something happens or a back-off ends. */
  async function nextTurn(): Promise<void> {
    const readyAt = queue.nextReadyAt()
    if (readyAt !== undefined && readyAt <= clock.now()) return new Promise((resolve) => setImmediate(resolve))
    await new Promise<void>((resolve) => {
      const timer = new AbortController()
      wake = () => {
        wake = () => {}
        timer.abort(WOKEN)
        resolve()
      }
      if (readyAt !== undefined)
        void clock.sleep(Math.min(readyAt - clock.now(), MAX_TIMER_MS), timer.signal).then(resolve)
    })
  }
}

/** A reason of its own spares the making of an error at each of many wakes. */
const WOKEN = 'woken'

/** Timers of Node hold 31 bits. */
const MAX_TIMER_MS = 2 ** 31 - 1

function rejectingPlugins(profile: Profile, rejections: ReadonlyMap<string, Rejection>) {
  const rejecting = new Set([...rejections.values()].map((rejection) => rejection.plugin))
  return profile.filters.filter((plugin) => rejecting.has(plugin.name))
}

/** Half of a pod, and read by nobody here. */
function dropManagedFields({ metadata }: KubeObject): void {
  delete metadata.managedFields
}
