/** Which pods to delete first when there are too many. Source: k8s.io/kubernetes v1.34, ActivePodsWithRanks in
 *  pkg/controller/controller_utils.go. */
import type { k8s } from '../../api/index.ts'
import { isPodReady, podReadySinceMs } from '../objects/index.ts'

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const PHASE_ORDER: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 }

interface RankedPod {
  pod: k8s.Pod
  ready: boolean
  /** How many ready pods of the same owner share its node. */
  colocated: number
  nowMs: number
}

/** Negative: `a` goes first. 0: this rule does not tell them apart. */
type Rule = (a: RankedPod, b: RankedPod) => number

const RULES: readonly Rule[] = [
  // Not yet on a node.
  (a, b) => Number(Boolean(a.pod.spec?.nodeName)) - Number(Boolean(b.pod.spec?.nodeName)),
  // Pending, then unknown, then running.
  (a, b) => phaseOrder(a.pod) - phaseOrder(b.pod),
  // Not ready.
  (a, b) => Number(a.ready) - Number(b.ready),
  // Cheaper to delete, as the user says.
  (a, b) => deletionCost(a.pod) - deletionCost(b.pod),
  // Doubled up on its node.
  (a, b) => b.colocated - a.colocated,
  // Ready for a shorter time.
  (a, b) => (a.ready && b.ready ? byAge(a, b, podReadySinceMs(a.pod), podReadySinceMs(b.pod)) : 0),
  // Restarted more often.
  (a, b) => mostRestarts(b.pod) - mostRestarts(a.pod),
  // Younger.
  (a, b) => byAge(a, b, createdMs(a.pod), createdMs(b.pod)),
  // Alike in all: the same one whatever the order they come in.
  (a, b) => byUid(a, b),
]

/** The `count` of `pods` that should go. `related` are all pods whose nodes count for doubling up: those of this
 *  replica set and of its siblings under the same deployment. */
export function podsToDelete(options: {
  pods: readonly k8s.Pod[]
  related: readonly k8s.Pod[]
  count: number
  nowMs: number
}): k8s.Pod[] {
  const readyOnNode = new Map<string, number>()
  for (const pod of options.related) {
    const node = pod.spec?.nodeName
    if (node && isPodReady(pod)) readyOnNode.set(node, (readyOnNode.get(node) ?? 0) + 1)
  }
  const ranked = options.pods.map((pod) => ({
    pod,
    ready: isPodReady(pod),
    colocated: readyOnNode.get(pod.spec?.nodeName ?? '') ?? 0,
    nowMs: options.nowMs,
  }))
  ranked.sort((a, b) => {
    for (const rule of RULES) {
      const order = rule(a, b)
      if (order !== 0) return order
    }
    return 0
  })
  return ranked.slice(0, options.count).map(({ pod }) => pod)
}

const phaseOrder = (pod: k8s.Pod) => PHASE_ORDER[pod.status?.phase ?? 'Pending'] ?? 0

function deletionCost(pod: k8s.Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST] ?? ''
  return /^-?\d+$/.test(text) ? Number(text) : 0
}

function mostRestarts(pod: k8s.Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount))
}

function createdMs(pod: k8s.Pod): number | undefined {
  const created = Date.parse(pod.metadata.creationTimestamp ?? '')
  return Number.isNaN(created) ? undefined : created
}

/** The later instant goes first; no instant at all is the latest. Ages of the same power of two are alike, and then
 *  the uid decides: which of many equals goes should not always be the youngest. */
function byAge(a: RankedPod, b: RankedPod, aMs: number | undefined, bMs: number | undefined): number {
  if (aMs === bMs) return 0
  if (aMs === undefined) return -1
  if (bMs === undefined) return 1
  const difference = ageOrder(a.nowMs - aMs) - ageOrder(b.nowMs - bMs)
  if (difference !== 0) return difference
  return byUid(a, b)
}

function byUid(a: RankedPod, b: RankedPod): number {
  const [left, right] = [a.pod.metadata.uid ?? '', b.pod.metadata.uid ?? '']
  return left === right ? 0 : left < right ? -1 : 1
}

/** Kubernetes takes the logarithm of nanoseconds; from a millisecond up the steps are the same. */
const ageOrder = (ageMs: number) => (ageMs <= 0 ? -1 : Math.floor(Math.log2(ageMs * 1e6)))
