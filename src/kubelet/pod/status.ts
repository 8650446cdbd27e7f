/** The status a pod shows, from its spec and what the runtime has. Pure. Source: Kubernetes v1.34,
 *  pkg/kubelet/kubelet_pods.go, pkg/kubelet/status/generate.go. */
import type { k8s } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { ContainerStatus } from '../runtime/runtime.ts'
import { finished, initFailed, initialized, pastDeadline, type ProbeFacts } from './decide.ts'
import { qosClass } from './resources.ts'
import { latest, type PodSnapshot, previous } from './snapshot.ts'

export interface Waiting {
  reason: string
  message: string
}

export interface StatusInput {
  pod: k8s.Pod
  snapshot: PodSnapshot
  probes: ProbeFacts & { ready(containerId: string): boolean }
  hostIP: string
  /** Why a container is not there yet, by name. */
  waiting: ReadonlyMap<string, Waiting>
  nowMs: number
}

const time = (ms: number) => (ms > 0 ? toKubernetesTime(ms) : undefined)

function terminated(status: ContainerStatus, prefix: string): k8s.ContainerStateTerminated {
  return {
    exitCode: status.exitCode,
    reason: status.reason || (status.exitCode === 0 ? 'Completed' : 'Error'),
    ...(status.message !== '' && { message: status.message }),
    startedAt: time(status.startedAtMs) ?? time(status.createdAtMs),
    finishedAt: time(status.finishedAtMs) ?? time(status.createdAtMs),
    containerID: `${prefix}${status.id}`,
  }
}

function containerStatus(
  input: StatusInput,
  container: k8s.Container,
  kind: 'init' | 'app',
  idPrefix: string,
): k8s.ContainerStatus {
  const { snapshot, probes } = input
  const now = latest(snapshot, container.name)
  const before = previous(snapshot, container.name)
  const waiting = input.waiting.get(container.name)
  const running = now?.state === 'running'
  const sidecar = container.restartPolicy === 'Always'
  const over = finished(input.pod, snapshot) || input.pod.metadata.deletionTimestamp != null
  // A container that ended and waits to be started again shows the wait as its state, the end as its last one.
  const waitsAgain = now?.state === 'exited' && waiting !== undefined && !over
  const fallback: Waiting = {
    reason: kind === 'app' && !initialized(input.pod, snapshot, probes) ? 'PodInitializing' : 'ContainerCreating',
    message: '',
  }
  const { reason, message } = waiting ?? fallback
  const waitingState = { waiting: { reason, ...(message !== '' && { message }) } }
  const state: k8s.ContainerState = running
    ? { running: { startedAt: time(now.startedAtMs) } }
    : now?.state === 'exited' && !waitsAgain
      ? { terminated: terminated(now, idPrefix) }
      : waitingState
  const last = waitsAgain ? now : before?.state === 'exited' ? before : undefined
  const done = now?.state === 'exited' && now.exitCode === 0
  return {
    name: container.name,
    image: container.image ?? now?.imageName ?? '',
    imageID: now?.imageRef ?? '',
    ...(now && { containerID: `${idPrefix}${now.id}` }),
    ready: kind === 'init' && !sidecar ? done : running && probes.started(now.id) && probes.ready(now.id),
    started: running && probes.started(now.id),
    restartCount: now?.attempt ?? 0,
    state,
    lastState: last === undefined ? {} : { terminated: terminated(last, idPrefix) },
  }
}

export function podPhase(input: StatusInput): 'Pending' | 'Running' | 'Succeeded' | 'Failed' {
  const { pod, snapshot } = input
  const settled = pod.status?.phase
  if (settled === 'Succeeded' || settled === 'Failed') return settled
  if (initFailed(pod, snapshot)) return 'Failed'
  if (pod.metadata.deletionTimestamp == null && pastDeadline(pod, input.nowMs)) return 'Failed'
  const all = pod.spec.containers.map(({ name }) => latest(snapshot, name))
  const ended = all.every((status) => status?.state === 'exited')
  if (ended && (finished(pod, snapshot) || pod.metadata.deletionTimestamp != null))
    return all.every((status) => status?.exitCode === 0) ? 'Succeeded' : 'Failed'
  if (pod.metadata.deletionTimestamp != null && settled !== undefined) return settled as 'Pending'
  const begun = all.every((status) => status !== undefined && status.state !== 'created')
  return begun && initialized(pod, snapshot, input.probes) ? 'Running' : settled === 'Running' ? 'Running' : 'Pending'
}

interface Verdict {
  type: string
  met: boolean
  reason?: string
  message?: string
}

function verdicts(input: StatusInput, phase: string, statuses: k8s.ContainerStatus[]): Verdict[] {
  const { pod, snapshot } = input
  const sandboxUp = snapshot.sandboxes[0]?.state === 'ready' && (pod.spec.hostNetwork || snapshot.ips.length > 0)
  const done = phase === 'Succeeded'
  const unready = statuses.filter(({ ready }) => !ready).map(({ name }) => name)
  const notReady: Omit<Verdict, 'type'> =
    phase === 'Succeeded'
      ? { met: false, reason: 'PodCompleted' }
      : phase === 'Failed'
        ? { met: false, reason: 'PodFailed' }
        : unready.length > 0
          ? {
              met: false,
              reason: 'ContainersNotReady',
              message: `containers with unready status: [${unready.join(' ')}]`,
            }
          : { met: true }
  const waitingInit = (pod.spec.initContainers ?? [])
    .filter(({ name }) => latest(snapshot, name)?.exitCode !== 0 || latest(snapshot, name)?.state !== 'exited')
    .map(({ name }) => name)
  const isInitialized = done || initialized(pod, snapshot, input.probes) || pod.spec.initContainers === undefined
  const gates = (pod.spec.readinessGates ?? []).filter(
    ({ conditionType }) =>
      !pod.status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  )
  const ready: Omit<Verdict, 'type'> =
    notReady.met && gates.length > 0
      ? {
          met: false,
          reason: 'ReadinessGatesNotReady',
          message: `corresponding condition of pod readiness gate "${gates[0]?.conditionType}" does not exist.`,
        }
      : notReady
  return [
    { type: 'PodReadyToStartContainers', met: sandboxUp },
    isInitialized
      ? { type: 'Initialized', met: true, ...(done && { reason: 'PodCompleted' }) }
      : {
          type: 'Initialized',
          met: false,
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${waitingInit.join(' ')}]`,
        },
    { type: 'Ready', ...ready },
    { type: 'ContainersReady', ...notReady },
    { type: 'PodScheduled', met: true },
  ]
}

/** Conditions of others (readiness gates, DisruptionTarget) stay; the time of a change is the time it changed. */
function conditions(input: StatusInput, wanted: Verdict[]): k8s.PodCondition[] {
  const old = input.pod.status?.conditions ?? []
  const now = toKubernetesTime(input.nowMs)
  const own = wanted.map(({ type, met, reason, message }): k8s.PodCondition => {
    const before = old.find((condition) => condition.type === type)
    const status = met ? 'True' : 'False'
    return {
      type,
      status,
      ...(reason !== undefined && { reason }),
      ...(message !== undefined && { message }),
      lastProbeTime: null as unknown as undefined,
      lastTransitionTime: before?.status === status && before.lastTransitionTime ? before.lastTransitionTime : now,
    }
  })
  return [...own, ...old.filter(({ type }) => !wanted.some((verdict) => verdict.type === type))]
}

/** `idPrefix`: `containerd://`. */
export function podStatus(input: StatusInput, idPrefix: string): k8s.PodStatus {
  const { pod, snapshot } = input
  const phase = podPhase(input)
  const app = pod.spec.containers.map((container) => containerStatus(input, container, 'app', idPrefix))
  const init = (pod.spec.initContainers ?? []).map((container) => containerStatus(input, container, 'init', idPrefix))
  const sidecars = init.filter((_, index) => pod.spec.initContainers?.[index]?.restartPolicy === 'Always')
  const podIPs = pod.spec.hostNetwork ? [input.hostIP] : snapshot.ips
  const known = podIPs.length > 0 ? podIPs : (pod.status?.podIPs ?? []).map(({ ip }) => ip)
  const overdue = phase === 'Failed' && pastDeadline(pod, input.nowMs)
  return {
    phase,
    conditions: conditions(input, verdicts(input, phase, [...app, ...sidecars])),
    hostIP: input.hostIP,
    hostIPs: [{ ip: input.hostIP }],
    ...(known.length > 0 && { podIP: known[0], podIPs: known.map((ip) => ({ ip })) }),
    startTime: pod.status?.startTime ?? toKubernetesTime(input.nowMs),
    qosClass: qosClass(pod),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    ...(overdue && {
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    }),
    ...(init.length > 0 && { initContainerStatuses: init }),
    containerStatuses: app,
  }
}
