/** Label keys of affinities and spreads stand for the pod's own values of them, which become part of the selectors.
 *  Source: kubernetes v1.34, pkg/registry/core/pod (mutatePodAffinity, mutateTopologySpreadConstraints). */
import type { k8s } from '../../../api/index.ts'

type Labels = Readonly<Record<string, string>>
type Operator = 'In' | 'NotIn'

/** Changes `spec` in place. */
export function mergeLabelKeys(spec: k8s.PodSpec, labels: Labels): void {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {}
  for (const affinity of [podAffinity, podAntiAffinity]) {
    const wished = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    const terms = wished.map(({ podAffinityTerm }: Partial<k8s.WeightedPodAffinityTerm>) => podAffinityTerm ?? {})
    for (const term of [...terms, ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [])]) {
      const { labelSelector, matchLabelKeys, mismatchLabelKeys }: Partial<k8s.PodAffinityTerm> = term
      merge(labelSelector, matchLabelKeys, 'In', labels)
      merge(labelSelector, mismatchLabelKeys, 'NotIn', labels)
    }
  }
  for (const { labelSelector, matchLabelKeys } of spec.topologySpreadConstraints ?? [])
    merge(labelSelector, matchLabelKeys, 'In', labels)
}

/** Without a selector nothing is selected, whatever the keys. */
function merge(
  selector: k8s.LabelSelector | undefined,
  keys: readonly string[] | undefined,
  operator: Operator,
  labels: Labels,
): void {
  if (selector === undefined) return
  for (const key of keys ?? []) {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined
    if (value !== undefined) (selector.matchExpressions ??= []).push({ key, operator, values: [value] })
  }
}
