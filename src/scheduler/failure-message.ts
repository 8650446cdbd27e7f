/** The sentence users see in `kubectl describe pod`. Source: kube-scheduler v1.34, framework.FitError. */
import type { Filtered } from './filter.ts'

/** `0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: …`; `preemption` says why that
 *  did not help either, if it did not. */
export function failureMessage(
  nodes: number,
  { rejections, refusal }: Pick<Filtered, 'rejections' | 'refusal'>,
  preemption?: string,
): string {
  if (nodes === 0) return 'no nodes available to schedule pods'
  const reasons = [...rejections.values()].flatMap((rejection) => rejection.reasons)
  const why = refusal === undefined ? nodesMessage(nodes, reasons) : `0/${nodes} nodes are available: ${refusal}.`
  return preemption === undefined ? why : `${why} preemption: ${preemption}`
}

/** Reasons with how many nodes gave each, sorted as text. */
export function nodesMessage(nodes: number, reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted()
  return `0/${nodes} nodes are available: ${parts.join(', ')}.`
}
