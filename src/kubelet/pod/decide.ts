/** What to do next for one pod: a pure function of its spec, of what the runtime has, and of what the probes say.
 *  The rules are those of Kubernetes' kubelet (v1.34, computePodActions in pkg/kubelet/kuberuntime). */
import type { k8s } from '../../api/index.ts'
import type { ContainerStatus } from '../runtime/runtime.ts'
import { CONTAINER_HASH, containerHash } from './names.ts'
import { latest, type PodSnapshot } from './snapshot.ts'

export interface ProbeFacts {
  /** No startup probe, or it has succeeded once. */
  started(containerId: string): boolean
  /** The liveness or startup probe that has failed for good. */
  failed(containerId: string): 'Liveness' | 'Startup' | undefined
}

export interface StartContainer {
  type: 'startContainer'
  container: k8s.Container
  kind: 'init' | 'app'
  attempt: number
  /** When the one before it ended; undefined for the first. */
  failedAtMs?: number
}

export type PodAction =
  | { type: 'killPod'; why: 'deleted' | 'finished' | 'deadline' | 'sandboxLost' }
  | { type: 'createSandbox'; attempt: number }
  | { type: 'killContainer'; id: string; container: k8s.Container; message: string; probe?: 'Liveness' | 'Startup' }
  | StartContainer

const isSidecar = (container: k8s.Container) => container.restartPolicy === 'Always'
const succeeded = (status: ContainerStatus) => status.state === 'exited' && status.exitCode === 0

/** Whether an app container that ended is to be started again. */
export function restarts(pod: k8s.Pod, status: ContainerStatus): boolean {
  const policy = pod.spec.restartPolicy ?? 'Always'
  if (policy === 'Never') return false
  return policy === 'Always' || !succeeded(status)
}

/** Whether init containers let the pod begin: all done, sidecars started. */
export function initialized(pod: k8s.Pod, snapshot: PodSnapshot, probes: ProbeFacts): boolean {
  return (pod.spec.initContainers ?? []).every((container) => {
    const status = latest(snapshot, container.name)
    if (status === undefined) return false
    return isSidecar(container) ? status.state === 'running' && probes.started(status.id) : succeeded(status)
  })
}

/** Whether an init container failed for good. */
export function initFailed(pod: k8s.Pod, snapshot: PodSnapshot): boolean {
  if ((pod.spec.restartPolicy ?? 'Always') !== 'Never') return false
  return (pod.spec.initContainers ?? []).some((container) => {
    const status = latest(snapshot, container.name)
    return !isSidecar(container) && status?.state === 'exited' && status.exitCode !== 0
  })
}

/** Whether nothing of the pod runs or will run again. */
export function finished(pod: k8s.Pod, snapshot: PodSnapshot): boolean {
  if (initFailed(pod, snapshot)) return true
  if ((pod.spec.restartPolicy ?? 'Always') === 'Always') return false
  return pod.spec.containers.every((container) => {
    const status = latest(snapshot, container.name)
    return status !== undefined && status.state === 'exited' && !restarts(pod, status)
  })
}

export function pastDeadline(pod: k8s.Pod, nowMs: number): boolean {
  const { activeDeadlineSeconds } = pod.spec
  const startTime = pod.status?.startTime
  return (
    activeDeadlineSeconds !== undefined &&
    startTime != null &&
    nowMs >= Date.parse(startTime) + activeDeadlineSeconds * 1000
  )
}

export interface DecideInput {
  pod: k8s.Pod
  snapshot: PodSnapshot
  probes: ProbeFacts
  nowMs: number
}

/** Actions in the order to do them; none: all is as wished. Those that start containers may be done side by side. */
export function decide(input: DecideInput): PodAction[] {
  const { pod, snapshot } = input
  if (pod.metadata.deletionTimestamp != null) return [{ type: 'killPod', why: 'deleted' }]
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed' || finished(pod, snapshot))
    return [{ type: 'killPod', why: 'finished' }]
  if (pastDeadline(pod, input.nowMs)) return [{ type: 'killPod', why: 'deadline' }]

  const [newest] = snapshot.sandboxes
  if (newest?.state !== 'ready') {
    const attempt = newest === undefined ? 0 : newest.attempt + 1
    const leftovers: PodAction[] = newest === undefined ? [] : [{ type: 'killPod', why: 'sandboxLost' }]
    return [...leftovers, { type: 'createSandbox', attempt }]
  }
  return initialized(pod, snapshot, input.probes) || appStarted(pod, snapshot)
    ? [
        ...(pod.spec.initContainers ?? []).filter(isSidecar).flatMap((c) => forContainer(input, c, 'init')),
        ...apps(input),
      ]
    : nextInit(input)
}

/** Once an app container has been made, init containers do not run again, also when their records are gone. */
const appStarted = (pod: k8s.Pod, snapshot: PodSnapshot) =>
  pod.spec.containers.some(({ name }) => {
    const status = latest(snapshot, name)
    return status !== undefined && status.sandboxId === snapshot.sandboxes[0]?.id
  })

const apps = (input: DecideInput) => input.pod.spec.containers.flatMap((c) => forContainer(input, c, 'app'))

/** The first init container that is not done: start it, wait for it, or start it again. */
function nextInit(input: DecideInput): PodAction[] {
  const actions: PodAction[] = []
  for (const container of input.pod.spec.initContainers ?? []) {
    const status = current(input, container)
    if (!isSidecar(container) && status !== undefined && succeeded(status)) continue
    actions.push(...forContainer(input, container, 'init'))
    const passable = isSidecar(container) && status?.state === 'running' && input.probes.started(status.id)
    if (!passable) return actions
  }
  return actions
}

/** The newest container of that name, when it belongs to the sandbox in use. */
function current({ snapshot }: DecideInput, container: k8s.Container): ContainerStatus | undefined {
  const status = latest(snapshot, container.name)
  return status?.sandboxId === snapshot.sandboxes[0]?.id ? status : undefined
}

function forContainer(input: DecideInput, container: k8s.Container, kind: 'init' | 'app'): PodAction[] {
  const last = latest(input.snapshot, container.name)
  const start = (failedAtMs?: number): PodAction => ({
    type: 'startContainer',
    container,
    kind,
    attempt: last === undefined ? 0 : last.attempt + 1,
    ...(failedAtMs !== undefined && { failedAtMs }),
  })
  const status = current(input, container)
  if (status === undefined) return [start()]
  if (status.state === 'running') return killIfWrong(input, container, status)
  // Created and never started: the kubelet died between the two, or the runtime could not start it.
  if (status.state !== 'exited') return [start(status.createdAtMs)]
  const again =
    isSidecar(container) || (kind === 'init' ? input.pod.spec.restartPolicy !== 'Never' : restarts(input.pod, status))
  return again ? [start(status.finishedAtMs || status.createdAtMs)] : []
}

function killIfWrong(input: DecideInput, container: k8s.Container, status: ContainerStatus): PodAction[] {
  const { id } = status
  if (status.annotations[CONTAINER_HASH] !== containerHash(container))
    return [
      {
        type: 'killContainer',
        id,
        container,
        message: `Container ${container.name} definition changed, will be restarted`,
      },
    ]
  const probe = input.probes.failed(id)
  if (probe === undefined) return []
  const message = `Container ${container.name} failed ${probe.toLowerCase()} probe, will be restarted`
  return [{ type: 'killContainer', id, container, message, probe }]
}
