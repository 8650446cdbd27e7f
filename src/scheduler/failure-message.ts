/** The sentence users see in `kubectl describe pod`. Source: kube-scheduler v1.34, framework.FitError and
 *  plugins/defaultpreemption. Naru does not preempt, and says so where preemption could have helped. */
import type { k8s } from '../api/index.ts'
import type { Rejection } from './schedule.ts'
import type { Snapshot } from './snapshot.ts'

const NOT_HELPFUL = 'Preemption is not helpful for scheduling'
const NO_VICTIMS = 'No preemption victims found for incoming pod'
const NOT_SUPPORTED = 'Preemption of lower-priority pods is not supported by this scheduler'

/** `0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: …` */
export function failureMessage(pod: k8s.Pod, snapshot: Snapshot, rejections: ReadonlyMap<string, Rejection>): string {
  const total = snapshot.nodes.length
  if (total === 0) return 'no nodes available to schedule pods'
  const why = summary(
    total,
    [...rejections.values()].flatMap((rejection) => rejection.reasons),
  )
  return `${why} preemption: ${preemption(pod, snapshot, rejections)}`
}

function preemption(pod: k8s.Pod, snapshot: Snapshot, rejections: ReadonlyMap<string, Rejection>): string {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  const priority = pod.spec.priority ?? 0
  const outcomes = snapshot.nodes.map((node) => {
    if (!rejections.get(node.name)?.resolvable) return NOT_HELPFUL
    return node.pods.some((other) => (other.pod.spec.priority ?? 0) < priority) ? NOT_SUPPORTED : NO_VICTIMS
  })
  return summary(snapshot.nodes.length, outcomes)
}

/** Reasons with how many nodes gave each, sorted as text. */
function summary(total: number, reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted()
  return `0/${total} nodes are available: ${parts.join(', ')}.`
}
