/** Which pods nobody else will clear away. Source: k8s.io/kubernetes v1.34, pkg/controller/podgc. */
import type { k8s } from '../../api/index.ts'
import { isPodTerminal } from '../objects/index.ts'

/** Ended pods beyond this number go, the oldest first. Source: --terminated-pod-gc-threshold. */
export const TERMINATED_POD_THRESHOLD = 12_500

export interface CollectablePod {
  pod: k8s.Pod
  why: 'terminated' | 'orphaned' | 'terminating-unscheduled'
}

/** `missingNodes` are those known for some time to be gone for good. */
export function collectablePods(pods: readonly k8s.Pod[], missingNodes: ReadonlySet<string>): CollectablePod[] {
  const terminated = pods
    .filter((pod) => isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''))
    .slice(0, -TERMINATED_POD_THRESHOLD)
  const orphaned = pods.filter((pod) => missingNodes.has(pod.spec?.nodeName ?? ''))
  const unscheduled = pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !pod.spec?.nodeName)
  return [
    ...terminated.map((pod) => ({ pod, why: 'terminated' as const })),
    ...orphaned.map((pod) => ({ pod, why: 'orphaned' as const })),
    ...unscheduled.map((pod) => ({ pod, why: 'terminating-unscheduled' as const })),
  ]
}
