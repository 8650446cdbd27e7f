/** Which of two pods goes first. Source: kube-scheduler v1.34, util.MoreImportantPod. */
import type { k8s } from '../../api/index.ts'
import { type PodInfo, priorityOf } from '../snapshot.ts'

/** Epoch milliseconds; a pod that has not started has started last. */
export const startedAtMs = ({ status }: k8s.Pod): number => Date.parse(status?.startTime ?? '') || Infinity

/** Orders by falling priority, then by start, the oldest first. */
export function byImportance(a: PodInfo, b: PodInfo): number {
  const byPriority = priorityOf(b.pod) - priorityOf(a.pod)
  const [left, right] = [startedAtMs(a.pod), startedAtMs(b.pod)]
  return byPriority || (left === right ? 0 : left < right ? -1 : 1)
}
