/** The STATUS, READY and RESTARTS of a pod: one word for all that its containers are going through.
 *  Source: kubernetes v1.34, pkg/printers/internalversion (printPod). */
import type { k8s } from '../../../api/index.ts'
import { conditionStatus } from '../words.ts'

export interface PodSummary {
  reason: string
  ready: number
  total: number
  restarts: number
  /** When a container last ended and was started again, in milliseconds since the epoch. */
  lastRestart?: number | undefined
}

interface Restarts {
  count: number
  last?: number | undefined
}

export function summarisePod(pod: k8s.Pod): PodSummary {
  const sidecars = new Set(
    (pod.spec?.initContainers ?? []).filter((one) => one.restartPolicy === 'Always').map((one) => one.name),
  )
  const total = (pod.spec?.containers ?? []).length + sidecars.size
  const init = summariseInit(pod, sidecars)
  const initialised = init.reason === undefined || conditionStatus(pod.status?.conditions, 'Initialized') === 'True'
  const main = initialised ? summariseContainers(pod, init.reason ?? baseReason(pod), init.sidecarRestarts) : undefined
  const restarts = main?.restarts ?? init.restarts
  return {
    reason: terminating(pod) ?? main?.reason ?? init.reason ?? baseReason(pod),
    ready: init.ready + (main?.ready ?? 0),
    total,
    restarts: restarts.count,
    lastRestart: restarts.last,
  }
}

function baseReason({ status }: k8s.Pod): string {
  const gated = status?.conditions?.some((one) => one.type === 'PodScheduled' && one.reason === 'SchedulingGated')
  return gated ? 'SchedulingGated' : status?.reason || status?.phase || ''
}

function terminating({ metadata, status }: k8s.Pod): string | undefined {
  if (!metadata.deletionTimestamp) return undefined
  if (status?.reason === 'NodeLost') return 'Unknown'
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? undefined : 'Terminating'
}

/** `reason` is set while an init container has still to finish: `Init:1/2`, `Init:CrashLoopBackOff`. */
function summariseInit(pod: k8s.Pod, sidecars: ReadonlySet<string>) {
  let restarts: Restarts = { count: 0 }
  let sidecarRestarts: Restarts = { count: 0 }
  let ready = 0
  const total = (pod.spec?.initContainers ?? []).length
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const isSidecar = sidecars.has(status.name)
    restarts = addRestarts(restarts, status)
    if (isSidecar) sidecarRestarts = addRestarts(sidecarRestarts, status)
    if (status.state?.terminated?.exitCode === 0) continue
    if (isSidecar && status.started === true) {
      if (status.ready) ready += 1
      continue
    }
    return { reason: initReason(status, index, total), ready, restarts, sidecarRestarts }
  }
  return { reason: undefined, ready, restarts, sidecarRestarts }
}

function initReason({ state }: k8s.ContainerStatus, index: number, total: number): string {
  if (state?.terminated) return `Init:${terminatedReason(state.terminated)}`
  const waiting = state?.waiting?.reason
  return waiting && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${index}/${total}`
}

function summariseContainers(pod: k8s.Pod, base: string, sidecarRestarts: Restarts) {
  let reason = base
  let ready = 0
  let restarts = sidecarRestarts
  for (const status of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    restarts = addRestarts(restarts, status)
    const { waiting, terminated, running } = status.state ?? {}
    if (waiting?.reason) reason = waiting.reason
    else if (terminated) reason = terminatedReason(terminated)
    else if (status.ready && running) ready += 1
  }
  if (reason === 'Completed' && ready > 0)
    reason = conditionStatus(pod.status?.conditions, 'Ready') === 'True' ? 'Running' : 'NotReady'
  return { reason, ready, restarts }
}

const terminatedReason = ({ reason, signal, exitCode }: k8s.ContainerStateTerminated): string =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)

function addRestarts(before: Restarts, status: k8s.ContainerStatus): Restarts {
  const finished = Date.parse(status.lastState?.terminated?.finishedAt ?? '')
  const last = Number.isNaN(finished) ? before.last : Math.max(before.last ?? 0, finished)
  return { count: before.count + (status.restartCount ?? 0), last }
}
