/** Brings one pod from what the runtime has to what its spec asks, and tells the API how it went. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isApiError, type k8s, resources } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { KubeletError } from '../errors.ts'
import { prepareVolumes } from '../volumes/volumes.ts'
import { sandboxConfig } from './config.ts'
import type { PodContext } from './context.ts'
import { decide, type PodAction, pastDeadline } from './decide.ts'
import { goDuration } from './backoff.ts'
import { podIdentity, podLogDirectory } from './names.ts'
import { latest, type PodSnapshot, takeSnapshot } from './snapshot.ts'
import { configSource, startContainer, terminationMessageFile } from './start-container.ts'
import { podStatus, type Waiting } from './status.ts'
import type { StatusWriter } from './status-writer.ts'
import { removePod, stopContainer, stopPod } from './stop-pod.ts'
import { terminationMessage } from './termination-message.ts'

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
  const pod = input.writer.overlay(input.pod)
  let snapshot = await look(context, pod)
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
    await report(context, input, pod, await look(context, pod))
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
    const delays = await Promise.all(starts.map((action) => tryStart(context, input, pod, snapshot, volumes, action)))
    againMs = Math.min(againMs, ...delays)
    if (actions.length > 0) snapshot = await look(context, pod)
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

/** The pod's snapshot, ends with their messages, running containers under probes. */
async function look(context: PodContext, pod: k8s.Pod): Promise<PodSnapshot> {
  const identity = podIdentity(pod)
  const snapshot = await takeSnapshot(context.runtime, identity.uid)
  const podDir = join(context.podsDir, identity.uid)
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
  for (const status of snapshot.containers) {
    const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(
      ({ name }) => name === status.name,
    )
    if (container === undefined) continue
    if (status.state === 'exited') {
      context.prober.stop(status.id)
      if (status.message !== '') continue
      const logFile = join(podLogDirectory(context.logsDir, identity), status.name, `${status.attempt}.log`)
      const messageFile = terminationMessageFile(podDir, status.name, status.attempt)
      status.message = await terminationMessage(container, { messageFile, logFile }, status.exitCode)
    } else if (status.state === 'running' && pod.metadata.deletionTimestamp == null) {
      const known = statuses.find(({ containerID }) => containerID === `${context.idPrefix}${status.id}`)
      const ip = pod.spec.hostNetwork ? context.node.hostIP : (snapshot.ips[0] ?? '')
      context.prober.watch({
        runtime: context.runtime,
        containerId: status.id,
        container,
        pod,
        startedAtMs: status.startedAtMs,
        wasReady: known?.ready ?? false,
        wasStarted: known?.started ?? false,
        dial: (port) => context.runtime.dialAddress(status.sandboxId, ip, port),
      })
    }
  }
  return snapshot
}

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

function mountVolumes(context: PodContext, pod: k8s.Pod, snapshot: PodSnapshot): Promise<Map<string, string>> {
  const namespace = pod.metadata.namespace ?? 'default'
  return prepareVolumes({
    podDir: join(context.podsDir, podIdentity(pod).uid),
    mayMount: context.runtime.isolated,
    context: {
      pod,
      config: configSource(context, pod),
      node: context.node,
      podIPs: pod.spec.hostNetwork ? [context.node.hostIP] : snapshot.ips,
      async token({ audience, expirationSeconds }) {
        const { status } = await context.client.subresource<k8s.TokenRequest>(
          resources.serviceaccounts,
          { namespace, name: pod.spec.serviceAccountName ?? 'default' },
          'token',
          {
            body: {
              apiVersion: 'authentication.k8s.io/v1',
              kind: 'TokenRequest',
              spec: {
                audiences: audience === undefined ? [] : [audience],
                expirationSeconds: expirationSeconds ?? 3600,
                boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: pod.metadata.uid },
              },
            },
          },
        )
        return status?.token ?? ''
      },
    },
  })
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

/** Starts a container unless it must wait; resolves to when to look again. */
async function tryStart(
  context: PodContext,
  input: SyncInput,
  pod: k8s.Pod,
  snapshot: PodSnapshot,
  volumes: ReadonlyMap<string, string>,
  action: Extract<PodAction, { type: 'startContainer' }>,
): Promise<number> {
  const { backoff, clock } = context
  const { container, failedAtMs } = action
  const { waiting } = input.memory
  const key = `${pod.metadata.uid}/container/${container.name}`
  if (failedAtMs !== undefined) {
    const wait = backoff.waiting(key, failedAtMs, clock.now())
    if (wait !== undefined) {
      const { name, namespace, uid } = podIdentity(pod)
      const subject = `container=${container.name} pod=${name}_${namespace}(${uid})`
      const message = `back-off ${goDuration(wait.delayMs)} restarting failed ${subject}`
      if (waiting.get(container.name)?.reason !== 'CrashLoopBackOff')
        context.event({
          pod,
          container: container.name,
          type: 'Warning',
          reason: 'BackOff',
          message: `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${uid})`,
        })
      waiting.set(container.name, { reason: 'CrashLoopBackOff', message })
      return wait.remainingMs
    }
    backoff.next(key, clock.now(), failedAtMs)
  }
  try {
    await startContainer(context, { pod, action, snapshot, volumes, signal: input.signal })
    waiting.delete(container.name)
    await removeOldContainers(context, snapshot, container.name)
    return RESYNC_MS
  } catch (error) {
    if (!(error instanceof KubeletError)) throw error
    waiting.set(container.name, { reason: error.reason, message: error.message })
    return error.reason === 'ErrImagePull' || error.reason === 'ImagePullBackOff' ? 2 * RETRY_MS : RETRY_MS
  }
}

/** Keeps the end that `lastState` and `kubectl logs --previous` tell of, and no older ones. */
async function removeOldContainers(context: PodContext, snapshot: PodSnapshot, name: string): Promise<void> {
  const kept = latest(snapshot, name)?.id
  for (const { id, state } of snapshot.containers.filter((status) => status.name === name))
    if (id !== kept && state !== 'running') await context.runtime.removeContainer(id)
}

async function finishDeletion(
  context: PodContext,
  input: SyncInput,
  pod: k8s.Pod,
  snapshot: PodSnapshot,
): Promise<undefined> {
  await stopPod(context, pod, snapshot, gracePeriodMs(pod))
  await report(context, input, pod, await look(context, pod))
  const identity = podIdentity(pod)
  await removePod(context, identity, await takeSnapshot(context.runtime, identity.uid))
  await context.client
    .delete(resources.pods, pod.metadata, { gracePeriodSeconds: 0, preconditions: { uid: identity.uid } })
    .catch((error: unknown) => {
      if (!isApiError(error, 'NotFound', 'Conflict')) throw error
    })
  return undefined
}
