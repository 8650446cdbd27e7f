/** What a changed status of the node is worth telling. Pure. Source: Kubernetes v1.34, pkg/kubelet/nodestatus/setters.go,
 *  pkg/kubelet/events. */
import type { k8s } from '../../api/index.ts'

export interface NodeEvent {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
}

/** For each condition what it is called when it holds, and when it does not. */
const REASONS: Record<string, { holds: string; not: string }> = {
  MemoryPressure: { holds: 'NodeHasInsufficientMemory', not: 'NodeHasSufficientMemory' },
  DiskPressure: { holds: 'NodeHasDiskPressure', not: 'NodeHasNoDiskPressure' },
  PIDPressure: { holds: 'NodeHasInsufficientPID', not: 'NodeHasSufficientPID' },
  Ready: { holds: 'NodeReady', not: 'NodeNotReady' },
}

/** In the order of Kubernetes: what the machine is, then its conditions. `old` is what the node said last, if ever. */
export function nodeEvents(
  name: string,
  { old, now }: { old: k8s.NodeStatus | undefined; now: k8s.NodeStatus },
): NodeEvent[] {
  const bootedBefore = old?.nodeInfo?.bootID
  const bootID = now.nodeInfo?.bootID ?? ''
  const message = `Node ${name} has been rebooted, boot id: ${bootID}`
  return [
    ...(bootedBefore && bootedBefore !== bootID ? [{ type: 'Warning', reason: 'Rebooted', message } as const] : []),
    ...(now.conditions ?? []).flatMap(({ type, status }) => {
      const reasons = REASONS[type]
      const before = old?.conditions?.find((condition) => condition.type === type)?.status
      // That a new node is not ready yet is no news.
      if (reasons === undefined || before === status || (type === 'Ready' && before === undefined)) return []
      const reason = status === 'True' ? reasons.holds : reasons.not
      return [{ type: 'Normal', reason, message: `Node ${name} status is now: ${reason}` } as const]
    }),
  ]
}
