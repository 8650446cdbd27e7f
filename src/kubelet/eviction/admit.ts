/** Whether a node that runs short of something takes another pod. Pure. Source: Kubernetes v1.34,
 *  pkg/kubelet/eviction/eviction_manager.go (Admit). */
import type { k8s } from '../../api/index.ts'
import { qosClassOf } from '../../api/machinery.ts'
import type { PressureCondition } from './signals.ts'

/** Pods without which there is no node. Source: Kubernetes v1.34, pkg/kubelet/types (IsCriticalPod). */
const CRITICAL_PRIORITY = 2_000_000_000

export const isCritical = ({ spec }: k8s.Pod): boolean => (spec.priority ?? 0) >= CRITICAL_PRIORITY

const MEMORY_TAINT = 'node.kubernetes.io/memory-pressure'

const toleratesMemoryPressure = ({ spec }: k8s.Pod): boolean =>
  (spec.tolerations ?? []).some(
    ({ key, operator, value, effect }) =>
      (!effect || effect === 'NoSchedule') &&
      (key === MEMORY_TAINT || (!key && operator === 'Exists')) &&
      (operator === 'Exists' || !value),
  )

/** Undefined: it does. */
export function refuseUnderPressure(
  pod: k8s.Pod,
  conditions: readonly PressureCondition[],
): { reason: string; message: string } | undefined {
  if (conditions.length === 0 || isCritical(pod)) return undefined
  const onlyMemory = conditions.length === 1 && conditions[0] === 'MemoryPressure'
  if (onlyMemory && (qosClassOf(pod.spec) !== 'BestEffort' || toleratesMemoryPressure(pod))) return undefined
  return { reason: 'Evicted', message: `The node had condition: [${conditions.join(' ')}]. ` }
}
