/** Which pods may not go without breaking a PodDisruptionBudget. Source: kube-scheduler v1.34,
 *  plugins/defaultpreemption, filterPodsWithPDBViolation. */
import { type k8s, labelSelectorMatches } from '../../api/index.ts'
import type { PodInfo } from '../snapshot.ts'

export interface ByBudget {
  readonly violating: readonly PodInfo[]
  readonly others: readonly PodInfo[]
}

/** Each pod, in the order given, uses up what its budgets allow; those that find nothing left violate them. */
export function groupByBudget(pods: readonly PodInfo[], budgets: readonly k8s.PodDisruptionBudget[]): ByBudget {
  const left = budgets.map((budget) => budget.status?.disruptionsAllowed ?? 0)
  const { violating = [], others = [] } = Object.groupBy(pods, ({ pod }) => {
    const used = budgets.flatMap((budget, at) => (protects(budget, pod) ? [at] : []))
    for (const at of used) left[at] = (left[at] ?? 0) - 1
    return used.some((at) => (left[at] ?? 0) < 0) ? 'violating' : 'others'
  })
  return { violating, others }
}

/** A budget without a selector protects nothing here; a pod that is being evicted already has been counted. */
function protects({ metadata, spec, status }: k8s.PodDisruptionBudget, { metadata: pod }: k8s.Pod): boolean {
  const { matchLabels = {}, matchExpressions = [] } = spec?.selector ?? {}
  return (
    metadata.namespace === pod.namespace &&
    Object.keys(matchLabels).length + matchExpressions.length > 0 &&
    Object.keys(pod.labels ?? {}).length > 0 &&
    labelSelectorMatches(spec?.selector, pod.labels) &&
    !Object.hasOwn(status?.disruptedPods ?? {}, pod.name)
  )
}
