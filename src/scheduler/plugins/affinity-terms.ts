/** Pod affinity terms: which pods a term speaks of. Source: kube-scheduler v1.34, framework.AffinityTerm. */
import { type k8s, labelSelectorMatches } from '../../api/index.ts'
import type { Snapshot } from '../snapshot.ts'

/** Whether `target` is a pod that `term` (of a pod in `ownerNamespace`) is about. */
export function termSelects(
  term: k8s.PodAffinityTerm,
  owner: k8s.Pod,
  target: k8s.Pod,
  namespaceLabels: Snapshot['namespaceLabels'],
): boolean {
  if (!inNamespaces(term, owner, target.metadata.namespace ?? '', namespaceLabels)) return false
  if (term.labelSelector === undefined) return false
  const labels = target.metadata.labels ?? {}
  return labelSelectorMatches(term.labelSelector, labels) && matchesLabelKeys(term, owner, labels)
}

function inNamespaces(
  term: k8s.PodAffinityTerm,
  owner: k8s.Pod,
  namespace: string,
  namespaceLabels: Snapshot['namespaceLabels'],
): boolean {
  const named = term.namespaces ?? []
  if (named.includes(namespace)) return true
  if (term.namespaceSelector !== undefined)
    return labelSelectorMatches(term.namespaceSelector, namespaceLabels.get(namespace) ?? {})
  return named.length === 0 && namespace === (owner.metadata.namespace ?? '')
}

/** `matchLabelKeys` and `mismatchLabelKeys` compare the target's labels with the owner's own. */
function matchesLabelKeys(term: k8s.PodAffinityTerm, owner: k8s.Pod, labels: Record<string, string>): boolean {
  const own = owner.metadata.labels ?? {}
  return (
    (term.matchLabelKeys ?? []).every((key) => own[key] === undefined || labels[key] === own[key]) &&
    (term.mismatchLabelKeys ?? []).every((key) => own[key] === undefined || labels[key] !== own[key])
  )
}

export const requiredAffinity = (pod: k8s.Pod): k8s.PodAffinityTerm[] =>
  pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
export const requiredAntiAffinity = (pod: k8s.Pod): k8s.PodAffinityTerm[] =>
  pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
export const preferredAffinity = (pod: k8s.Pod): k8s.WeightedPodAffinityTerm[] =>
  pod.spec.affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
export const preferredAntiAffinity = (pod: k8s.Pod): k8s.WeightedPodAffinityTerm[] =>
  pod.spec.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []

/** Counts by topology domain (`key=value`). */
export class DomainCounts {
  readonly #counts = new Map<string, number>()

  add(key: string, value: string, amount: number): void {
    const domain = `${key}=${value}`
    this.#counts.set(domain, (this.#counts.get(domain) ?? 0) + amount)
  }

  get(key: string, value: string): number {
    return this.#counts.get(`${key}=${value}`) ?? 0
  }

  get size(): number {
    return this.#counts.size
  }
}
