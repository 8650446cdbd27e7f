/** The taints that keep and drive pods away from a node that is not well. Source: Kubernetes v1.34,
 *  "Taints and Tolerations", taint based evictions. */
import type { k8s } from '../../api/index.ts'
import { findCondition } from '../objects/index.ts'

export const UNREACHABLE = 'node.kubernetes.io/unreachable'
const NOT_READY = 'node.kubernetes.io/not-ready'
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'

/** Which taint, without scheduling, each condition's status brings. */
const CONDITION_TAINTS: readonly { condition: string; status: string; key: string }[] = [
  { condition: 'MemoryPressure', status: 'True', key: 'node.kubernetes.io/memory-pressure' },
  { condition: 'DiskPressure', status: 'True', key: 'node.kubernetes.io/disk-pressure' },
  { condition: 'PIDPressure', status: 'True', key: 'node.kubernetes.io/pid-pressure' },
  { condition: 'NetworkUnavailable', status: 'True', key: 'node.kubernetes.io/network-unavailable' },
  { condition: 'Ready', status: 'False', key: NOT_READY },
  { condition: 'Ready', status: 'Unknown', key: UNREACHABLE },
]
const OURS = new Set([...CONDITION_TAINTS.map(({ key }) => key), UNSCHEDULABLE])

/** The taints the node should have: foreign ones as they are, ours by its conditions. Those that stay keep the time at
 *  which they were added. */
export function wishedTaints(node: k8s.Node, now: string): k8s.Taint[] {
  const present = node.spec?.taints ?? []
  const wished: { key: string; effect: string }[] = []
  for (const { condition, status, key } of CONDITION_TAINTS) {
    if (findCondition(node.status?.conditions, condition)?.status !== status) continue
    wished.push({ key, effect: 'NoSchedule' })
    if (condition === 'Ready') wished.push({ key, effect: 'NoExecute' })
  }
  if (node.spec?.unschedulable) wished.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' })
  const ours = wished.map(
    ({ key, effect }) =>
      present.find((taint) => taint.key === key && taint.effect === effect) ?? { key, effect, timeAdded: now },
  )
  return [...present.filter(({ key }) => !OURS.has(key)), ...ours]
}
