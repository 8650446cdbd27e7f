/** What controllers read from a pod's status. Source: k8s.io/kubernetes v1.34, pkg/api/v1/pod. */
import type { k8s } from '../../api/index.ts'

export function podCondition(pod: k8s.Pod, type: string): k8s.PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type)
}

export function isPodReady(pod: k8s.Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True'
}

/** When the pod became ready, in epoch milliseconds; nothing when it is not ready or does not say. */
export function podReadySinceMs(pod: k8s.Pod): number | undefined {
  const condition = podCondition(pod, 'Ready')
  if (condition?.status !== 'True') return undefined
  const since = Date.parse(condition.lastTransitionTime ?? '')
  return Number.isNaN(since) ? undefined : since
}

/** Milliseconds until the pod counts as available: 0 when it does, nothing while it is not ready. */
export function msUntilAvailable(pod: k8s.Pod, minReadySeconds: number, nowMs: number): number | undefined {
  if (!isPodReady(pod)) return undefined
  if (minReadySeconds === 0) return 0
  const since = podReadySinceMs(pod)
  return since === undefined ? undefined : Math.max(0, since + minReadySeconds * 1000 - nowMs)
}

/** Whether the pod has ended for good. */
export function isPodTerminal(pod: k8s.Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

/** Whether the pod counts towards a wished number: neither ended nor being deleted. */
export function isPodActive(pod: k8s.Pod): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined
}
