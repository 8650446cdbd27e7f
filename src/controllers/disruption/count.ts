/** How many pods of a budget there should be, how many must be well, and how many are. Pure. Source: k8s.io/kubernetes
 *  v1.34, getExpectedPodCount, countHealthyPods and buildDisruptedPodMap in pkg/controller/disruption. */
import type { k8s } from '../../api/index.ts'
import { isPodReady, scaledValue } from '../objects/index.ts'

/** So long a pod counts as good as gone after its eviction was granted. */
const DELETION_TIMEOUT_MS = 2 * 60_000

/** Whether `scale`, the number of pods that their controllers should have, is needed. */
export function needsScale({ spec }: k8s.PodDisruptionBudget): boolean {
  return spec?.maxUnavailable !== undefined || typeof spec?.minAvailable === 'string'
}

export function wishOf(
  { spec }: k8s.PodDisruptionBudget,
  counts: { pods: number; scale: number },
): { expectedPods: number; desiredHealthy: number } {
  const { scale } = counts
  if (spec?.maxUnavailable !== undefined)
    return { expectedPods: scale, desiredHealthy: Math.max(0, scale - scaledValue(spec.maxUnavailable, scale, 'up')) }
  if (typeof spec?.minAvailable === 'string')
    return { expectedPods: scale, desiredHealthy: scaledValue(spec.minAvailable, scale, 'up') }
  if (spec?.minAvailable !== undefined) return { expectedPods: counts.pods, desiredHealthy: spec.minAvailable }
  return { expectedPods: 0, desiredHealthy: 0 }
}

export interface Disrupted {
  /** Pods whose eviction was granted and who are yet to go, with the time it was. */
  pods: Record<string, string>
  /** Pods that should have gone by now. */
  late: k8s.Pod[]
  /** When the next would be late. */
  againInMs: number | undefined
}

export function disruptedPods({ status }: k8s.PodDisruptionBudget, pods: readonly k8s.Pod[], nowMs: number): Disrupted {
  const result: Disrupted = { pods: {}, late: [], againInMs: undefined }
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata
    const since = status?.disruptedPods?.[name]
    if (since === undefined || deletionTimestamp !== undefined) continue
    const leftMs = Date.parse(since) + DELETION_TIMEOUT_MS - nowMs
    if (leftMs < 0) result.late.push(pod)
    else {
      result.pods[name] = since
      result.againInMs = Math.min(result.againInMs ?? Infinity, leftMs)
    }
  }
  return result
}

/** Those that are ready and are not about to go. */
export function countHealthy(pods: readonly k8s.Pod[], disrupted: Disrupted): number {
  return pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined &&
      disrupted.pods[pod.metadata.name] === undefined &&
      isPodReady(pod),
  ).length
}
