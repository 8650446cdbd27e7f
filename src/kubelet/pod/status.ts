/** The status a pod shows, from its spec and what the runtime has. Pure. Source: Kubernetes v1.34,
 *  pkg/kubelet/kubelet_pods.go (generateAPIPodStatus). */
import type { k8s } from '../../api/index.ts'
import { qosClassOf } from '../../api/machinery.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { podConditions } from './conditions.ts'
import { statusesOf, type StatusInput } from './container-status.ts'
import { podContainers } from './containers.ts'
import { appStarted, pastDeadline } from './decide.ts'
import { type Phase, phaseOf } from './phase.ts'
import { isResizeWished } from './resize.ts'

const OVERDUE = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
}

const pendingCondition = ({ pendingResize }: StatusInput) =>
  pendingResize && { type: 'PodResizePending' as const, ...pendingResize }

/** `idPrefix`: `containerd://`. */
export function podStatus(input: StatusInput, idPrefix: string): k8s.PodStatus {
  const { pod, snapshot, nowMs } = input
  const containers = podContainers(pod)
  const app = statusesOf(input, containers, { kind: 'app', idPrefix })
  const init = statusesOf(input, containers, { kind: 'init', idPrefix })
  const ephemeral = statusesOf(input, containers, { kind: 'ephemeral', idPrefix })
  const overdue = pod.metadata.deletionTimestamp == null && pastDeadline(pod, nowMs)
  const settled = pod.status?.phase
  const over = settled === 'Succeeded' || settled === 'Failed'
  const running = snapshot.containers.some(({ state }) => state === 'running')
  const terminal = (pod.metadata.deletionTimestamp != null || over) && !running
  const now: Phase = overdue ? 'Failed' : phaseOf({ pod, init, app, terminal, begun: appStarted(pod, snapshot) })
  // A pod is not over before its containers are: others wait for that.
  const early = running && (now === 'Failed' || now === 'Succeeded')
  const phase: Phase = over ? settled : early ? ((settled as Phase | undefined) ?? 'Pending') : now
  const hostNetwork = pod.spec.hostNetwork ?? false
  const podIPs = hostNetwork ? [input.hostIP] : snapshot.ips
  const known = podIPs.length > 0 ? podIPs : (pod.status?.podIPs ?? []).map(({ ip }) => ip)
  const sandboxUp = snapshot.sandboxes[0]?.state === 'ready' && (hostNetwork || snapshot.ips.length > 0)
  const resizes = !over && isResizeWished(pod, snapshot, input.actuated)
  const resize = resizes ? { type: 'PodResizeInProgress' as const, ...pendingCondition(input) } : undefined
  const why = overdue && !over && !early ? OVERDUE : phase === settled ? pod.status : undefined
  return {
    phase,
    conditions: podConditions({ pod, phase, init, app, sandboxUp, resize, nowMs }),
    ...(why?.reason && { reason: why.reason }),
    ...(why?.message && { message: why.message }),
    hostIP: input.hostIP,
    hostIPs: [{ ip: input.hostIP }],
    ...(known.length > 0 && { podIP: known[0], podIPs: known.map((ip) => ({ ip })) }),
    startTime: pod.status?.startTime ?? toKubernetesTime(nowMs),
    qosClass: qosClassOf(pod.spec),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    ...(init.length > 0 && { initContainerStatuses: init }),
    containerStatuses: app,
    ...(ephemeral.length > 0 && { ephemeralContainerStatuses: ephemeral }),
  }
}
