/** Ends the pods of a node that shuts down: first no traffic, then preStop, the stop signal and what each has of its
 *  grace period, sidecars last; all pods of a group side by side, critical pods after the others. Source: Kubernetes
 *  v1.34, pkg/kubelet/nodeshutdown (killPods). */
import type { k8s } from '../../api/index.ts'
import { type Clock, errorMessage } from '../../lib/index.ts'
import type { PodContext } from '../pod/context.ts'
import { finished } from '../pod/decide.ts'
import { isOver } from '../pod/resize-container.ts'
import type { Retirement } from '../pod/retirement.ts'
import { takeSnapshot } from '../pod/snapshot.ts'
import { stopPod } from '../pod/stop-pod.ts'
import { graceOf, type ShutdownGroup, shutdownGroups } from './groups.ts'

export interface ShutdownOptions {
  /** What all pods have together; 0: they are told to end and get no hook. */
  graceMs: number
  /** Aborts when the rest of that is no longer to be given. */
  hurry: AbortSignal
  /** Resolves when nothing leads to these pods any more, or `signal` aborts. */
  routedAway?: (podUids: readonly string[], signal: AbortSignal) => Promise<void>
  onProgress?: (progress: ShutdownProgress) => void
}

export interface ShutdownProgress {
  pods: number
  /** How many of them have not ended yet. */
  left: number
}

/** How long traffic may take to go elsewhere before pods are told to end all the same. */
const ROUTING_LIMIT_MS = 2_000
/** How long the API may take to be told how a pod ended: a full disk must not hold up the end. */
const TELLING_LIMIT_MS = 2_000
/** How long a pod may take beyond its time: the last two seconds of a container, its sandbox, its status. */
const AFTERMATH_MS = 10_000

interface Leaving {
  pod: k8s.Pod
  retirement: Retirement
}

/** Resolves when every pod has ended, or its time is over. */
export async function shutDownPods(context: PodContext, options: ShutdownOptions): Promise<void> {
  const pods = context.pods().filter((pod) => !isOver(pod))
  let left = pods.length
  options.onProgress?.({ pods: pods.length, left })
  const ended = () => options.onProgress?.({ pods: pods.length, left: --left })
  for (const group of shutdownGroups(pods, options.graceMs)) await endGroup(context, group, { ...options, ended })
}

async function endGroup(
  context: PodContext,
  group: ShutdownGroup,
  options: ShutdownOptions & { ended: () => void },
): Promise<void> {
  const { clock } = context
  const endsAtMs = clock.now() + group.graceMs
  const leaving = group.pods.map((pod): Leaving => ({ pod, retirement: context.retire(pod) }))
  await within(clock, Math.min(ROUTING_LIMIT_MS, group.graceMs), options.hurry, (signal) =>
    routeAway(leaving, options, signal).catch((error: unknown) =>
      context.logger.warn({ error: errorMessage(error) }, 'whether traffic goes elsewhere is not known'),
    ),
  )
  const leftMs = Math.max(0, endsAtMs - clock.now())
  const late = new AbortController()
  const done = new AbortController()
  void clock.sleep(leftMs, done.signal).then(() => late.abort())
  const over = AbortSignal.any([options.hurry, late.signal])
  const ends = leaving.map(async (one) => {
    if (isBeingDeleted(asItIs(context, one.pod))) await awaitDeletion(context, one, over)
    else await endPod(context, one, { graceMs: graceOf(one.pod, leftMs), hurry: options.hurry })
    options.ended()
  })
  await Promise.race([Promise.all(ends), aborted(over).then(() => clock.sleep(AFTERMATH_MS, done.signal))])
  done.abort()
}

async function routeAway(leaving: readonly Leaving[], options: ShutdownOptions, signal: AbortSignal): Promise<void> {
  const staying = leaving.filter(({ pod }) => !isBeingDeleted(pod))
  await Promise.all(staying.map(({ retirement }) => retirement.told()))
  await options.routedAway?.(
    staying.map(({ pod }) => pod.metadata.uid ?? ''),
    signal,
  )
}

/** Pods may be deleted while traffic is waited for. */
const asItIs = (context: PodContext, pod: k8s.Pod): k8s.Pod =>
  context.pods().find(({ metadata }) => metadata.uid === pod.metadata.uid) ?? pod

const isBeingDeleted = ({ metadata }: k8s.Pod) => metadata.deletionTimestamp != null

/** A pod that is being deleted ends by that, in the time it was given for it, while there is any. */
async function awaitDeletion(context: PodContext, { pod, retirement }: Leaving, over: AbortSignal): Promise<void> {
  void aborted(over).then(() => context.hurry(pod))
  await retirement.told()
}

/** Whatever goes wrong with one pod, the others end. */
async function endPod(
  context: PodContext,
  { pod, retirement }: Leaving,
  how: { graceMs: number; hurry: AbortSignal },
): Promise<void> {
  try {
    const snapshot = await takeSnapshot(context.runtime, pod.metadata.uid ?? '')
    retirement.end = finished(pod, snapshot) ? 'own' : 'forced'
    retirement.stopping = stopPod(context, pod, snapshot, how)
    await retirement.stopping
    await within(context.clock, TELLING_LIMIT_MS, neverAborted, () => retirement.told())
  } catch (error) {
    context.logger.warn({ pod: pod.metadata.name, error: errorMessage(error) }, 'pod does not end as it should')
  }
}

/** Waits for `work` no longer than that. */
async function within(
  clock: Clock,
  limitMs: number,
  cut: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (limitMs <= 0) return
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, cut])
  await Promise.race([work(signal), clock.sleep(limitMs, signal)])
  stop.abort()
}

const neverAborted = new AbortController().signal

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
