/** Pods that want to be near, or away from, other pods. Source: kube-scheduler v1.34, plugins/interpodaffinity. */
import type { k8s } from '../../api/index.ts'
import type { FilterPlugin, Misfit } from '../framework.ts'
import type { NodeInfo, Snapshot } from '../snapshot.ts'
import { DomainCounts, requiredAffinity, requiredAntiAffinity, termSelects } from './affinity-terms.ts'

const misfit = (reason: string, resolvable: boolean): Misfit => ({ reasons: [reason], resolvable })
const NO_AFFINITY = misfit("node(s) didn't match pod affinity rules", false)
const ANTI_AFFINITY = misfit("node(s) didn't match pod anti-affinity rules", true)
const EXISTING_ANTI_AFFINITY = misfit("node(s) didn't satisfy existing pods anti-affinity rules", true)

export const interPodAffinity: FilterPlugin = {
  name: 'InterPodAffinity',
  wakesOn: ['NodeChanged', 'PodRemoved', 'PodAdded', 'PodChanged'],
  begin: (pod, snapshot) => {
    const affinity = requiredAffinity(pod)
    const antiAffinity = requiredAntiAffinity(pod)
    const existing = existingAntiAffinity(pod, snapshot)
    if (affinity.length + antiAffinity.length + existing.size === 0) return undefined
    const near = affinityCounts(pod, affinity, snapshot)
    const away = antiAffinityCounts(pod, antiAffinity, snapshot)
    const startsItsGroup =
      near.size === 0 && affinity.every((term) => termSelects(term, pod, pod, snapshot.namespaceLabels))
    return (node) => {
      if (!affinity.every((term) => node.labels[term.topologyKey] !== undefined)) return NO_AFFINITY
      if (!startsItsGroup && !affinity.every((term) => countAt(near, term, node) > 0)) return NO_AFFINITY
      if (antiAffinity.some((term) => countAt(away, term, node) > 0)) return ANTI_AFFINITY
      const unwelcome = Object.entries(node.labels).some(([key, value]) => existing.get(key, value) > 0)
      return unwelcome ? EXISTING_ANTI_AFFINITY : undefined
    }
  },
}

function countAt(counts: DomainCounts, term: k8s.PodAffinityTerm, node: NodeInfo): number {
  const value = node.labels[term.topologyKey]
  return value === undefined ? 0 : counts.get(term.topologyKey, value)
}

/** Domains holding a pod whose own anti-affinity refuses the incoming one. */
function existingAntiAffinity(pod: k8s.Pod, snapshot: Snapshot): DomainCounts {
  const counts = new DomainCounts()
  for (const node of snapshot.nodes)
    for (const other of node.podsWithAffinity)
      for (const term of requiredAntiAffinity(other.pod)) {
        const value = node.labels[term.topologyKey]
        if (value !== undefined && termSelects(term, other.pod, pod, snapshot.namespaceLabels))
          counts.add(term.topologyKey, value, 1)
      }
  return counts
}

/** Domains holding a pod that satisfies ALL of the incoming pod's affinity terms. */
function affinityCounts(pod: k8s.Pod, terms: readonly k8s.PodAffinityTerm[], snapshot: Snapshot): DomainCounts {
  const counts = new DomainCounts()
  if (terms.length === 0) return counts
  for (const node of snapshot.nodes)
    for (const other of node.pods)
      if (terms.every((term) => termSelects(term, pod, other.pod, snapshot.namespaceLabels)))
        for (const term of terms) {
          const value = node.labels[term.topologyKey]
          if (value !== undefined) counts.add(term.topologyKey, value, 1)
        }
  return counts
}

/** Domains holding a pod that ANY of the incoming pod's anti-affinity terms speaks of. */
function antiAffinityCounts(pod: k8s.Pod, terms: readonly k8s.PodAffinityTerm[], snapshot: Snapshot): DomainCounts {
  const counts = new DomainCounts()
  if (terms.length === 0) return counts
  for (const node of snapshot.nodes)
    for (const other of node.pods)
      for (const term of terms) {
        const value = node.labels[term.topologyKey]
        if (value !== undefined && termSelects(term, pod, other.pod, snapshot.namespaceLabels))
          counts.add(term.topologyKey, value, 1)
      }
  return counts
}
