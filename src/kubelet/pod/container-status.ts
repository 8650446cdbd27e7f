/** What a pod's status says of each container, from what the runtime has, what the probes say and what was said before.
 *  Pure. Source: Kubernetes v1.34, pkg/kubelet/kubelet_pods.go (convertToAPIContainerStatuses),
 *  pkg/kubelet/prober/prober_manager.go (UpdatePodStatus). */
import type { k8s } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { ContainerStatus } from '../runtime/runtime.ts'
import { type ContainerKind, isSidecar, type PodContainer, podContainers, podContainerStatuses } from './containers.ts'
import { type ProbeFacts, restarts } from './decide.ts'
import type { PendingResize } from './resize.ts'
import { latest, type PodSnapshot, previous } from './snapshot.ts'

export interface Waiting {
  reason: string
  message: string
  /** How often that was so in a row. */
  tries?: number
}

export interface StatusInput {
  pod: k8s.Pod
  snapshot: PodSnapshot
  probes: ProbeFacts & { ready(containerId: string): boolean }
  hostIP: string
  /** Why a container is not there yet, by name. */
  waiting: ReadonlyMap<string, Waiting>
  nowMs: number
  /** What a running container was last given, where that is not known from its spec: by id. */
  actuated?: (containerId: string) => k8s.ResourceRequirements | undefined
  /** Why the pod is not given what it asks for now. */
  pendingResize?: PendingResize | undefined
}

const time = (ms: number) => (ms > 0 ? toKubernetesTime(ms) : undefined)

/** What all messages of a pod may take together. */
const MESSAGES_LIMIT_BYTES = 12 * 1024

const shareOf = (pod: k8s.Pod, message: string): string =>
  Buffer.from(message)
    .subarray(0, Math.floor(MESSAGES_LIMIT_BYTES / podContainers(pod).length))
    .toString()

function terminated(pod: k8s.Pod, status: ContainerStatus, prefix: string): k8s.ContainerStateTerminated {
  return {
    exitCode: status.exitCode,
    reason: status.reason || (status.exitCode === 0 ? 'Completed' : 'Error'),
    ...(status.message !== '' && { message: shareOf(pod, status.message) }),
    startedAt: time(status.startedAtMs) ?? time(status.createdAtMs),
    finishedAt: time(status.finishedAtMs) ?? time(status.createdAtMs),
    containerID: `${prefix}${status.id}`,
  }
}

/** A container of which the runtime knows nothing more, though it ran. */
const LOST: k8s.ContainerStateTerminated = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was deleted.  The container used to be Running',
}

/** Whether a container that does not run is to be started (again): it waits then. */
function toBeStarted(
  { pod }: StatusInput,
  { container, kind }: PodContainer,
  now: ContainerStatus | undefined,
): boolean {
  if (pod.metadata.deletionTimestamp != null || now?.state === 'running') return false
  if (kind === 'ephemeral') return now === undefined
  if (now?.state !== 'exited') return true
  if (isSidecar(container)) return true
  return kind === 'init' ? now.exitCode !== 0 && pod.spec.restartPolicy !== 'Never' : restarts(pod, now)
}

interface States {
  state: k8s.ContainerState
  lastState: k8s.ContainerState
  restartCount: number
}

function states(input: StatusInput, which: PodContainer, prefix: string): States {
  const { pod, snapshot } = input
  const { name } = which.container
  const now = latest(snapshot, name)
  const before = previous(snapshot, name)
  const old = podContainerStatuses(pod).find((status) => status.name === name)
  const beginning = pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating'
  const waiting = toBeStarted(input, which, now) ? input.waiting.get(name) : undefined
  const waitingState = waiting && {
    waiting: { reason: waiting.reason, ...(waiting.message !== '' && { message: waiting.message }) },
  }
  if (now === undefined) {
    if (old?.state?.terminated)
      return waitingState
        ? { state: waitingState, lastState: old.state, restartCount: old.restartCount }
        : { state: old.state, lastState: old.lastState ?? {}, restartCount: old.restartCount }
    const lost = old?.state?.running !== undefined && old.lastState?.terminated === undefined
    const gone = pod.metadata.deletionTimestamp != null
    return {
      state: waitingState ?? { waiting: { reason: beginning } },
      lastState: lost ? { terminated: LOST } : (old?.lastState ?? {}),
      restartCount: (old?.restartCount ?? 0) + (lost && !gone ? 1 : 0),
    }
  }
  const lastState = before?.state === 'exited' ? { terminated: terminated(pod, before, prefix) } : {}
  const restartCount = now.attempt
  if (now.state === 'running')
    return { state: { running: { startedAt: time(now.startedAtMs) } }, lastState, restartCount }
  if (now.state === 'exited') {
    const end = { terminated: terminated(pod, now, prefix) }
    return waitingState
      ? { state: waitingState, lastState: end, restartCount }
      : { state: end, lastState, restartCount }
  }
  return { state: waitingState ?? { waiting: {} }, lastState, restartCount }
}

/** `started` and `ready`, as the probes have them; an ephemeral container has neither. */
function readiness({ probes }: StatusInput, { container, kind }: PodContainer, now: ContainerStatus | undefined) {
  if (kind === 'ephemeral') return { ready: false }
  const started = now?.state === 'running' && probes.started(now.id)
  if (kind === 'init' && !isSidecar(container)) return { ready: now?.state === 'exited' && now.exitCode === 0, started }
  return { ready: started && probes.ready(now?.id ?? ''), started }
}

const mounts = ({ volumeMounts }: k8s.Container) =>
  volumeMounts?.length
    ? {
        volumeMounts: volumeMounts.map(({ name, mountPath, readOnly }) => ({
          name,
          mountPath,
          ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }),
        })),
      }
    : {}

/** Of a container that the runtime has: what it was given. */
function given(input: StatusInput, container: k8s.Container, now: ContainerStatus) {
  const actuated = now.state === 'running' ? input.actuated?.(now.id) : undefined
  const resources = actuated ?? container.resources
  const allocated = input.pendingResize === undefined ? container.resources : resources
  return {
    ...(allocated?.requests && { allocatedResources: allocated.requests }),
    resources: resources ?? {},
  }
}

/** `idPrefix`: `containerd://`. */
export function containerStatus(input: StatusInput, which: PodContainer, idPrefix: string): k8s.ContainerStatus {
  const { container } = which
  const now = latest(input.snapshot, container.name)
  const { state, lastState, restartCount } = states(input, which, idPrefix)
  const old = podContainerStatuses(input.pod).find(({ name }) => name === container.name)
  const known = now === undefined && old?.state?.terminated ? old : undefined
  return {
    name: container.name,
    image: known?.image ?? container.image ?? now?.imageName ?? '',
    imageID: known?.imageID ?? now?.imageRef ?? '',
    ...(now && { containerID: `${idPrefix}${now.id}` }),
    ...(known?.containerID && { containerID: known.containerID }),
    ...readiness(input, which, now),
    restartCount,
    state,
    lastState,
    ...(now && given(input, container, now)),
    ...mounts(container),
  }
}

export const statusesOf = (
  input: StatusInput,
  containers: readonly PodContainer[],
  { kind, idPrefix }: { kind: ContainerKind; idPrefix: string },
): k8s.ContainerStatus[] =>
  containers.filter((one) => one.kind === kind).map((one) => containerStatus(input, one, idPrefix))
