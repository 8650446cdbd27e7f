/** What is known of a node that has gone silent: nothing. Source: k8s.io/kubernetes v1.34, nodelifecycle. */
import type { k8s } from '../../api/index.ts'
import { findCondition } from '../objects/index.ts'

/** The conditions kubelets report, all of which become unknown. */
const REPORTED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

/** The node's conditions with all that kubelets report set to Unknown; the same array when they are already. */
export function unknownConditions(node: k8s.Node, now: string): k8s.NodeCondition[] {
  const present = node.status?.conditions ?? []
  const next = REPORTED.map((type) => unknownCondition(findCondition(present, type), type, { node, now }))
  if (next.every((condition) => present.includes(condition))) return present
  return [...present.filter(({ type }) => !(REPORTED as readonly string[]).includes(type)), ...next]
}

function unknownCondition(
  present: k8s.NodeCondition | undefined,
  type: string,
  { node, now }: { node: k8s.Node; now: string },
): k8s.NodeCondition {
  if (present?.status === 'Unknown') return present
  if (present === undefined)
    return {
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata.creationTimestamp,
      lastTransitionTime: now,
    }
  return {
    ...present,
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
    lastTransitionTime: now,
  }
}
