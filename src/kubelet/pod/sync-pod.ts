/** Brings one pod from what the runtime has to what its spec asks, and tells the API how it went. */
import { join } from 'node:path'
import { isApiError, type k8s, resources } from '../../api/index.ts'
import { qosClassOf } from '../../api/machinery.ts'
import { errorMessage, toKubernetesTime } from '../../lib/index.ts'
import { KubeletError } from '../errors.ts'
import { refuseUnderPressure } from '../eviction/admit.ts'
import { releaseVolumes } from '../volumes/volumes.ts'
import { type Refusal, refuseOnNode, refusePod, refuseWhileShuttingDown } from './admit.ts'
import { withoutApiAccess } from './api-access.ts'
import type { Waiting } from './container-status.ts'
import { podContainerStatuses } from './containers.ts'
import type { PodContext } from './context.ts'
import { createSandbox } from './create-sandbox.ts'
import { decide, type PodAction, pastDeadline } from './decide.ts'
import { mountVolumes } from './mount-volumes.ts'
import { podIdentity } from './names.ts'
import { observePod } from './observe-pod.ts'
import { isResizeWished, pendingResize } from './resize.ts'
import { actuatedOf, isOver, resizeContainer, takenBefore } from './resize-container.ts'
import type { Retirement } from './retirement.ts'
import { type PodSnapshot, takeSnapshot } from './snapshot.ts'
import { startWhenDue } from './start-when-due.ts'
import { podStatus } from './status.ts'
import type { StatusWriter } from './status-writer.ts'
import { removePod, stopContainer, stopPod } from './stop-pod.ts'
import { comesBack, endedByShutdown } from './tell-retired.ts'

export interface Evicted {
  /** Why. */
  message: string
  condition: k8s.PodCondition | undefined
  /** How it ended, once it has: nothing of it is left to be asked again. */
  status?: k8s.PodStatus
}

/** What is remembered of one pod between two looks. */
export interface PodMemory {
  waiting: Map<string, Waiting>
  /** How often in a row its sandbox or its volumes could not be made. */
  failures?: number
  /** The pod was sent away. */
  evicted?: Evicted
  /** The node shuts down. */
  retirement?: Retirement
}

export interface SyncInput {
  pod: k8s.Pod
  memory: PodMemory
  writer: StatusWriter
  /** Aborts when the pod is to be deleted: pulls and hooks in hand are given up. */
  signal: AbortSignal
  /** Aborts when the pod is gone from the API, or is to end sooner than it was: what it still has of its grace is over. */
  hurry: AbortSignal
}

/** Volumes are brought up to date at least so often. */
const RESYNC_MS = 15_000
/** After a failure: doubling, no longer than the kubelet's own. */
const RETRY_MS = 1_000
const LONGEST_RETRY_MS = 10_000
const EVICTION_GRACE_MS = 1_000

/** Resolves to when the pod wants another look, in milliseconds; undefined when it is gone. */
export async function syncPod(context: PodContext, input: SyncInput): Promise<number | undefined> {
  const { clock } = context
  const tell = input.memory.retirement?.beginTelling()
  const known = input.writer.overlay(input.pod)
  const pod = context.runtime.isolated ? known : withoutApiAccess(known)
  let snapshot = await observePod(context, pod)
  if (pod.status?.startTime === undefined && (await refuse(context, input, pod))) {
    tell?.()
    return RESYNC_MS
  }
  const actuated = actuatedOf(context, pod)
  const actions = decide({ pod, snapshot, probes: context.prober, nowMs: clock.now(), actuated })
  const [first] = actions
  if (first?.type === 'killPod' && first.why === 'deleted') return finishDeletion(context, input, pod, snapshot)
  if (input.memory.retirement !== undefined) {
    await tellRetired(context, input, pod, snapshot)
    tell?.()
    return RESYNC_MS
  }
  if (input.memory.evicted !== undefined && !isOver(pod)) return evict(context, input, pod, input.memory.evicted)
  if (first?.type === 'killPod' && first.why !== 'sandboxLost') {
    await report(context, input, pod, snapshot)
    if (first.why === 'deadline')
      context.event({
        pod,
        type: 'Normal',
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer than the specified deadline',
      })
    await stopPod(context, pod, snapshot, { graceMs: gracePeriodMs(pod), hurry: input.hurry })
    await report(context, input, pod, await observePod(context, pod))
    await releaseVolumes(podDirectory(context, pod))
    return RESYNC_MS
  }
  // The API hears how it stands while the next step is under way.
  const [told, acted] = await Promise.allSettled([
    report(context, input, pod, snapshot),
    act(context, input, pod, { snapshot, actions }),
  ])
  if (acted.status === 'rejected') throw acted.reason
  if (told.status === 'rejected') throw told.reason
  if (acted.value === 'again') return 0
  await report(context, input, pod, acted.value.snapshot)
  const deadline = pod.spec.activeDeadlineSeconds
  const { againMs } = acted.value
  return deadline !== undefined && !pastDeadline(pod, clock.now()) ? Math.min(againMs, 1_000) : againMs
}

/** Does what was decided; resolves to what the pod has then and when it wants another look, or to `again` where that is at
 *  once and there is nothing to tell yet. */
async function act(
  context: PodContext,
  { memory, signal }: SyncInput,
  pod: k8s.Pod,
  { snapshot, actions }: { snapshot: PodSnapshot; actions: readonly PodAction[] },
): Promise<{ snapshot: PodSnapshot; againMs: number } | 'again'> {
  try {
    for (const action of actions) {
      if (signal.aborted) return 'again'
      if (action.type === 'killPod') {
        const message = 'Pod sandbox changed, it will be killed and re-created.'
        context.event({ pod, type: 'Normal', reason: 'SandboxChanged', message })
        await stopPod(context, pod, snapshot, { graceMs: 0 })
      } else if (action.type === 'createSandbox') {
        await createSandbox(context, pod, { attempt: action.attempt, signal })
        return 'again'
      } else if (action.type === 'killContainer') await killContainer(context, pod, snapshot, action)
      else if (action.type === 'resizeContainer') await resizeContainer(context, pod, action)
    }
    const volumes = await mountVolumes(context, pod, snapshot)
    const starts = actions.filter((action) => action.type === 'startContainer')
    const { waiting } = memory
    const delays = await Promise.all(
      starts.map((action) => startWhenDue(context, { pod, snapshot, volumes, action, waiting, signal })),
    )
    const againMs = Math.min(RESYNC_MS, ...delays.filter((delay) => delay !== undefined))
    delete memory.failures
    return { snapshot: actions.length > 0 ? await observePod(context, pod) : snapshot, againMs }
  } catch (error) {
    if (signal.aborted) return 'again'
    if (!(error instanceof KubeletError)) throw error
    context.event({ pod, type: 'Warning', reason: error.reason, message: error.message })
    const againMs = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** (memory.failures ?? 0))
    memory.failures = (memory.failures ?? 0) + 1
    return { snapshot, againMs }
  }
}

const podDirectory = ({ podsDir }: PodContext, pod: k8s.Pod) => join(podsDir, podIdentity(pod).uid)

const gracePeriodMs = (pod: k8s.Pod) =>
  (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000

/** What a pod has of the disk is free before that is told: where the disk is full, there may be no room to tell it. Source:
 *  Kubernetes v1.34, pkg/kubelet/eviction (evictPod), pkg/kubelet/pod_workers.go (ShouldPodContentBeRemoved). */
async function evict(context: PodContext, input: SyncInput, pod: k8s.Pod, evicted: Evicted): Promise<number> {
  if (evicted.status === undefined) {
    const { message, condition } = evicted
    context.event({ pod, type: 'Warning', reason: 'Evicted', message })
    const before = await takeSnapshot(context.runtime, podIdentity(pod).uid)
    await stopPod(context, pod, before, { graceMs: EVICTION_GRACE_MS, hurry: input.hurry })
    const status = statusOf(context, input, pod, await observePod(context, pod))
    const lastTransitionTime = toKubernetesTime(context.clock.now())
    const conditions = [...(status.conditions ?? []), ...(condition ? [{ ...condition, lastTransitionTime }] : [])]
    evicted.status = { ...status, conditions, phase: 'Failed', reason: 'Evicted', message }
  }
  await releaseVolumes(podDirectory(context, pod))
  for (const { id } of await context.runtime.listContainers({ podUid: podIdentity(pod).uid })) {
    context.actuated.delete(id)
    await context.runtime.removeContainer(id)
  }
  await input.writer.write(pod, evicted.status)
  return 0
}

/** Its containers are ended by who shuts the node down. */
async function tellRetired(context: PodContext, input: SyncInput, pod: k8s.Pod, snapshot: PodSnapshot): Promise<void> {
  const runs = snapshot.containers.some(({ state }) => state === 'running')
  if (runs || input.memory.retirement?.end !== 'forced' || comesBack(pod) || isOver(pod))
    return report(context, input, pod, snapshot)
  const status = statusOf(context, input, pod, snapshot)
  await input.writer.write(pod, endedByShutdown(pod, status, context.clock.now()))
}

async function report(context: PodContext, input: SyncInput, pod: k8s.Pod, snapshot: PodSnapshot): Promise<void> {
  // Of a pod that was refused there is nothing more to tell.
  const refused = isOver(pod) && snapshot.containers.length === 0 && podContainerStatuses(pod).length === 0
  if (!refused) await input.writer.write(pod, statusOf(context, input, pod, snapshot))
}

function statusOf(context: PodContext, input: SyncInput, pod: k8s.Pod, snapshot: PodSnapshot): k8s.PodStatus {
  const { prober, node, clock } = context
  const { waiting } = input.memory
  const actuated = actuatedOf(context, pod)
  const pending = isResizeWished(pod, snapshot, actuated)
    ? pendingResize(pod, context.admission, takenBefore(context, pod))
    : undefined
  return podStatus(
    {
      pod,
      snapshot,
      probes: input.memory.retirement === undefined ? prober : notReady(prober),
      hostIP: node.hostIP,
      waiting,
      nowMs: clock.now(),
      actuated,
      pendingResize: pending,
    },
    context.idPrefix,
  )
}

const notReady = (prober: PodContext['prober']) => ({
  started: (id: string) => prober.started(id),
  failed: (id: string) => prober.failed(id),
  ready: () => false,
})

/** Tells of a pod that this node cannot take, for good; resolves to whether it is one. */
async function refuse(context: PodContext, input: SyncInput, pod: k8s.Pod): Promise<boolean> {
  if (pod.metadata.deletionTimestamp != null || pod.status?.phase === 'Failed') return false
  const refusal =
    refuseUnderPressure(pod, context.pressure()) ??
    (context.runtime.isolated ? refusePod(pod, context.admission, takenBefore(context, pod)) : undefined) ??
    (await refuseByNode(context, pod)) ??
    (context.isShuttingDown() ? refuseWhileShuttingDown : undefined)
  if (refusal === undefined) return false
  const { reason, message } = refusal
  context.event({ pod, type: 'Warning', reason, message })
  const status = { phase: 'Failed', reason, message: `Pod was rejected: ${message}`, qosClass: qosClassOf(pod.spec) }
  await input.writer.write(pod, { startTime: toKubernetesTime(context.clock.now()), ...status })
  return true
}

/** Asked of the API, once in a pod's life: a copy of the node might be older than what the scheduler knew. */
async function refuseByNode(context: PodContext, pod: k8s.Pod): Promise<Refusal | undefined> {
  const node = await context.client.get(resources.nodes, { name: context.node.nodeName })
  return refuseOnNode(pod, node, takenBefore(context, pod))
}

async function killContainer(
  context: PodContext,
  pod: k8s.Pod,
  snapshot: PodSnapshot,
  action: Extract<PodAction, { type: 'killContainer' }>,
): Promise<void> {
  const status = snapshot.containers.find(({ id }) => id === action.id)
  if (status === undefined) return
  const probe = action.probe === 'Startup' ? action.container.startupProbe : action.container.livenessProbe
  const ownGrace = action.probe === undefined ? undefined : probe?.terminationGracePeriodSeconds
  const graceMs = ownGrace === undefined ? gracePeriodMs(pod) : ownGrace * 1000
  await stopContainer(context, { pod, status, ips: snapshot.ips, graceMs, message: action.message })
}

async function finishDeletion(
  context: PodContext,
  input: SyncInput,
  pod: k8s.Pod,
  snapshot: PodSnapshot,
): Promise<undefined> {
  // Hooks run once.
  await input.memory.retirement?.stopping
  await reportWhile(
    context,
    input,
    pod,
    stopPod(context, pod, snapshot, { graceMs: gracePeriodMs(pod), hurry: input.hurry }),
  )
  await report(context, input, pod, await observePod(context, pod))
  const identity = podIdentity(pod)
  await removePod(context, identity, await takeSnapshot(context.runtime, identity.uid))
  await context.client
    .delete(resources.pods, pod.metadata, { gracePeriodSeconds: 0, preconditions: { uid: identity.uid } })
    .catch((error: unknown) => {
      if (!isApiError(error, 'NotFound', 'Conflict')) throw error
    })
  return undefined
}

/** How containers end, and whether they are ready until then, is told as it happens. Where it cannot be, that is told later:
 *  the end goes on, and nobody is to begin it anew beside it. */
async function reportWhile(context: PodContext, input: SyncInput, pod: k8s.Pod, work: Promise<void>): Promise<void> {
  const done = new AbortController()
  const ended = work.finally(() => done.abort())
  while (!done.signal.aborted) {
    await Promise.race([ended, context.clock.sleep(RETRY_MS, done.signal)])
    if (done.signal.aborted) break
    try {
      await report(context, input, pod, await observePod(context, pod))
    } catch (error) {
      context.logger.debug({ pod: pod.metadata.name, error: errorMessage(error) }, 'how a pod ends cannot be told now')
    }
  }
  await ended
}
