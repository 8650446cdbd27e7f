/** When a pod must leave a tainted node. Pure. Source: k8s.io/kubernetes v1.34, pkg/controller/tainteviction; the five
 *  minutes given to unwell nodes are tolerations that the DefaultTolerationSeconds admission plugin gives pods. */
import { type k8s, tolerates } from '../../api/index.ts'

export const noExecuteTaints = (node: k8s.Node | undefined): k8s.Taint[] =>
  (node?.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute')

/** Taints that tell how a node's kubelet does. While nobody runs this controller, the kubelet may not have run either
 *  (they are one process here, and a node that shuts down is not ready): that time counts for nothing. */
const OF_KUBELET: readonly string[] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

/** In epoch milliseconds, the earliest end of its tolerations; nothing when it may stay. `seenMs` is when the pod was
 *  first seen with these taints: where a taint says when it was added, that counts, so that a restart gives no new term.
 *  Kubernetes gives one after each restart, whatever the taint. */
export function evictionTimeMs(
  pod: k8s.Pod,
  taints: readonly k8s.Taint[],
  { seenMs }: { seenMs: number },
): number | undefined {
  const placedMs = Date.parse(pod.status?.startTime ?? pod.metadata.creationTimestamp ?? '') || 0
  const times = taints.map((taint) => {
    const seconds = toleratedSeconds(pod.spec.tolerations ?? [], taint)
    if (seconds <= 0) return seenMs
    const addedMs = OF_KUBELET.includes(taint.key) ? seenMs : Date.parse(taint.timeAdded ?? '') || seenMs
    return Math.max(addedMs, placedMs) + seconds * 1000
  })
  const earliest = Math.min(Infinity, ...times)
  return earliest === Infinity ? undefined : earliest
}

/** The first toleration that bears the taint counts; 0 when there is none. */
function toleratedSeconds(tolerations: readonly k8s.Toleration[], taint: k8s.Taint): number {
  const bearing = tolerations.find((toleration) => tolerates(toleration, taint))
  return bearing === undefined ? 0 : (bearing.tolerationSeconds ?? Infinity)
}
