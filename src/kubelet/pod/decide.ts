/** What to do next for one pod: a pure function of its spec, of what the runtime has, and of what the probes say.
 *  The rules are those of Kubernetes' kubelet (v1.34, computePodActions in pkg/kubelet/kuberuntime). */
import type { k8s } from '../../api/index.ts'
import type { ContainerStatus } from '../runtime/runtime.ts'
import { type ContainerKind, isSidecar, podContainers, podContainerStatuses } from './containers.ts'
import { CONTAINER_HASH, containerHash } from './names.ts'
import { resizeOf } from './resize.ts'
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
  kind: ContainerKind
  attempt: number
  /** Of an ephemeral container: the running one whose processes it sees. */
  targetId?: string
  /** When the one before it ended; undefined for the first. */
  failedAtMs?: number
}

export type PodAction =
  | { type: 'killPod'; why: 'deleted' | 'finished' | 'deadline' | 'sandboxLost' }
  | { type: 'createSandbox'; attempt: number }
  | { type: 'resizeContainer'; id: string; container: k8s.Container }
  | { type: 'killContainer'; id: string; container: k8s.Container; message: string; probe?: 'Liveness' | 'Startup' }
  | StartContainer

const succeeded = (status: ContainerStatus) => status.state === 'exited' && status.exitCode === 0

/** Whether an app container that ended is to be started again. */
export function restarts(pod: k8s.Pod, status: ContainerStatus): boolean {
  const policy = pod.spec.restartPolicy ?? 'Always'
  if (policy === 'Never') return false
  return policy === 'Always' || !succeeded(status)
}

/** Whether init containers let the pod begin, in the sandbox in use: all done, sidecars started. A new sandbox begins
 *  anew. */
function initialized({ pod, snapshot, probes }: DecideInput): boolean {
  return (pod.spec.initContainers ?? []).every((container) => {
    const status = current(snapshot, container)
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
  /** What a running container was last given; left out: what its spec says. */
  actuated?: (containerId: string) => k8s.ResourceRequirements | undefined
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
  const begun = initialized(input) || appStarted(pod, snapshot)
  return [
    ...ephemeral(input),
    ...(begun
      ? [
          ...(pod.spec.initContainers ?? []).filter(isSidecar).flatMap((c) => forContainer(input, c, 'init')),
          ...apps(input),
        ]
      : nextInit(input)),
  ]
}

/** Ephemeral containers are started whatever the others do, once. One that looks into another waits until that runs. */
function ephemeral({ pod, snapshot }: DecideInput): PodAction[] {
  return podContainers(pod).flatMap(({ kind, container, target }): PodAction[] => {
    if (kind !== 'ephemeral' || latest(snapshot, container.name) !== undefined) return []
    const start: StartContainer = { type: 'startContainer', container, kind, attempt: 0 }
    if (target === undefined) return [start]
    const of = latest(snapshot, target)
    return of?.state === 'running' ? [{ ...start, targetId: of.id }] : []
  })
}

/** Once an app container has been made, init containers do not run again, also when their records are gone. */
export const appStarted = (pod: k8s.Pod, snapshot: PodSnapshot): boolean =>
  pod.spec.containers.some((container) => current(snapshot, container) !== undefined)

const apps = (input: DecideInput) => input.pod.spec.containers.flatMap((c) => forContainer(input, c, 'app'))

/** The first init container that is not done: start it, wait for it, or start it again. */
function nextInit(input: DecideInput): PodAction[] {
  const actions: PodAction[] = []
  for (const container of input.pod.spec.initContainers ?? []) {
    const status = current(input.snapshot, container)
    if (!isSidecar(container) && status !== undefined && succeeded(status)) continue
    actions.push(...forContainer(input, container, 'init'))
    const passable = isSidecar(container) && status?.state === 'running' && input.probes.started(status.id)
    if (!passable) return actions
  }
  return actions
}

/** The newest container of that name, when it belongs to the sandbox in use. */
function current(snapshot: PodSnapshot, container: k8s.Container): ContainerStatus | undefined {
  const status = latest(snapshot, container.name)
  return status?.sandboxId === snapshot.sandboxes[0]?.id ? status : undefined
}

function forContainer(input: DecideInput, container: k8s.Container, kind: 'init' | 'app'): PodAction[] {
  const last = latest(input.snapshot, container.name)
  const start = (failedAtMs?: number): PodAction => ({
    type: 'startContainer',
    container,
    kind,
    attempt: last === undefined ? startsBefore(input.pod, container) : last.attempt + 1,
    ...(failedAtMs !== undefined && { failedAtMs }),
  })
  const status = current(input.snapshot, container)
  // In a new sandbox everything begins anew, but for what is done.
  const done = kind === 'app' && last?.state === 'exited' && !restarts(input.pod, last)
  if (status === undefined) return done && input.pod.spec.restartPolicy !== 'Always' ? [] : [start()]
  if (status.state === 'running') return killIfWrong(input, container, kind)
  // Whether it runs is not known: two of it must not.
  if (status.state === 'unknown') {
    const message = 'Container is in "unknown" state, try killing it before restart'
    return [{ type: 'killContainer', id: status.id, container, message }, start(status.createdAtMs)]
  }
  // Created and never started: the kubelet died between the two, or the runtime could not start it.
  if (status.state !== 'exited') return [start(status.createdAtMs)]
  const again =
    isSidecar(container) || (kind === 'init' ? input.pod.spec.restartPolicy !== 'Never' : restarts(input.pod, status))
  return again ? [start(status.finishedAtMs || status.createdAtMs)] : []
}

/** How often it was started already, by what the API says: its records may be gone from the runtime. */
function startsBefore(pod: k8s.Pod, { name }: k8s.Container): number {
  const known = podContainerStatuses(pod).find((status) => status.name === name)
  return (known?.restartCount ?? 0) + (known?.state?.running || known?.state?.terminated ? 1 : 0)
}

function killIfWrong(input: DecideInput, container: k8s.Container, kind: ContainerKind): PodAction[] {
  const status = latest(input.snapshot, container.name)
  if (status === undefined) return []
  const { id } = status
  const who = `${kind === 'init' ? 'Init container' : 'Container'} ${container.name}`
  if (status.annotations[CONTAINER_HASH] !== containerHash(container))
    return [{ type: 'killContainer', id, container, message: `${who} definition changed, will be restarted` }]
  const probe = input.probes.failed(id)
  if (probe === undefined) return resizeIfWished(input, container, id)
  const again = isSidecar(container) || input.pod.spec.restartPolicy !== 'Never' ? ', will be restarted' : ''
  return [
    { type: 'killContainer', id, container, message: `${who} failed ${probe.toLowerCase()} probe${again}`, probe },
  ]
}

function resizeIfWished({ actuated }: DecideInput, container: k8s.Container, id: string): PodAction[] {
  const resize = resizeOf(container, actuated?.(id))
  if (resize === undefined) return []
  return resize.restart
    ? [{ type: 'killContainer', id, container, message: `Container ${container.name} resize requires restart` }]
    : [{ type: 'resizeContainer', id, container }]
}
