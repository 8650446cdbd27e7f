/** Brings one pod from what the runtime has to what its spec asks, and tells the API how it went. */
import { mkdir } from 'node:fs/promises'
import { isApiError, type k8s, resources } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { KubeletError } from '../errors.ts'
import { withoutApiAccess } from './api-access.ts'
import { sandboxConfig } from './config.ts'
import type { PodContext } from './context.ts'
import { decide, type PodAction, pastDeadline } from './decide.ts'
import { mountVolumes } from './mount-volumes.ts'
import { podIdentity } from './names.ts'
import { observePod } from './observe-pod.ts'
import { type PodSnapshot, takeSnapshot } from './snapshot.ts'
import { startWhenDue } from './start-when-due.ts'
import { podStatus, type Waiting } from './status.ts'
import type { StatusWriter } from './status-writer.ts'
import { removePod, stopContainer, stopPod } from './stop-pod.ts'

/** What is remembered of one pod between two looks. */
export interface PodMemory {
  waiting: Map<string, Waiting>
}

export interface SyncInput {
  pod: k8s.Pod
  memory: PodMemory
  writer: StatusWriter
  /** Aborts when the pod is to be deleted: pulls and hooks in hand are given up. */
  signal: AbortSignal
}

/** Volumes are brought up to date at least so often. */
const RESYNC_MS = 15_000
const RETRY_MS = 1_000

/** Resolves to when the pod wants another look, in milliseconds; undefined when it is gone. */
export async function syncPod(context: PodContext, input: SyncInput): Promise<number | undefined> {
  const { clock } = context
  const known = input.writer.overlay(input.pod)
  const pod = context.runtime.isolated ? known : withoutApiAccess(known)
  let snapshot = await observePod(context, pod)
  const actions = decide({ pod, snapshot, probes: context.prober, nowMs: clock.now() })
  const [first] = actions
  if (first?.type === 'killPod' && first.why === 'deleted') return finishDeletion(context, input, pod, snapshot)
  await report(context, input, pod, snapshot)
  if (first?.type === 'killPod' && first.why !== 'sandboxLost') {
    const graceMs = first.why === 'deadline' ? gracePeriodMs(pod) : 0
    if (first.why === 'deadline')
      context.event({
        pod,
        type: 'Normal',
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer than the specified deadline',
      })
    await stopPod(context, pod, snapshot, graceMs)
    await report(context, input, pod, await observePod(context, pod))
    return RESYNC_MS
  }
  let againMs = RESYNC_MS
  try {
    for (const action of actions) {
      if (input.signal.aborted) return 0
      if (action.type === 'killPod') await stopPod(context, pod, snapshot, 0)
      else if (action.type === 'createSandbox') {
        await createSandbox(context, input, pod, action.attempt)
        return 0
      } else if (action.type === 'killContainer') await killContainer(context, pod, snapshot, action)
    }
    const volumes = await mountVolumes(context, pod, snapshot)
    const starts = actions.filter((action) => action.type === 'startContainer')
    const { signal } = input
    const { waiting } = input.memory
    const delays = await Promise.all(
      starts.map((action) => startWhenDue(context, { pod, snapshot, volumes, action, waiting, signal })),
    )
    againMs = Math.min(againMs, ...delays.filter((delay) => delay !== undefined))
    if (actions.length > 0) snapshot = await observePod(context, pod)
  } catch (error) {
    if (input.signal.aborted) return 0
    if (!(error instanceof KubeletError)) throw error
    context.event({ pod, type: 'Warning', reason: error.reason, message: error.message })
    againMs = RETRY_MS
  }
  await report(context, input, pod, snapshot)
  const deadline = pod.spec.activeDeadlineSeconds
  if (deadline !== undefined && !pastDeadline(pod, clock.now())) againMs = Math.min(againMs, 1_000)
  return againMs
}

const gracePeriodMs = (pod: k8s.Pod) =>
  (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000

async function report(context: PodContext, input: SyncInput, pod: k8s.Pod, snapshot: PodSnapshot): Promise<void> {
  const { prober, node, clock } = context
  const status = podStatus(
    { pod, snapshot, probes: prober, hostIP: node.hostIP, waiting: input.memory.waiting, nowMs: clock.now() },
    context.idPrefix,
  )
  await input.writer.write(pod, status)
}

async function createSandbox(context: PodContext, input: SyncInput, pod: k8s.Pod, attempt: number): Promise<void> {
  const { logsDir, clusterDns, cgroupRoot } = context
  const config = sandboxConfig(pod, { attempt, logsDir, clusterDns, cgroupRoot })
  await mkdir(config.logDirectory, { recursive: true })
  try {
    // Volumes may be made while the network comes up.
    await context.runtime.runSandbox(config)
  } catch (error) {
    if (attempt === 0 && input.signal.aborted) return
    throw new KubeletError('FailedCreatePodSandBox', `Failed to create pod sandbox: ${errorMessage(error)}`, {
      cause: error,
    })
  }
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
  await stopPod(context, pod, snapshot, gracePeriodMs(pod))
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
