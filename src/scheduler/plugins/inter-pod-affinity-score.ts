/** Preferred pod affinity and anti-affinity, from both sides. Source: kube-scheduler v1.34,
 *  plugins/interpodaffinity/scoring.go. */
import type { k8s } from '../../api/index.ts'
import { MAX_NODE_SCORE, type ScorePlugin } from '../framework.ts'
import type { Snapshot } from '../snapshot.ts'
import {
  DomainCounts,
  preferredAffinity,
  preferredAntiAffinity,
  requiredAffinity,
  termSelects,
} from './affinity-terms.ts'

/** What a required affinity term of an existing pod that names the incoming pod is worth (hardPodAffinityWeight). */
const HARD_AFFINITY_WEIGHT = 1

export const interPodAffinityScore: ScorePlugin = {
  name: 'InterPodAffinity',
  weight: 2,
  begin: (pod, snapshot) => {
    const sums = domainSums(pod, snapshot)
    if (sums.size === 0) return undefined
    return (node) => Object.entries(node.labels).reduce((sum, [key, value]) => sum + sums.get(key, value), 0)
  },
  normalize: (scores) => {
    const min = Math.min(...scores)
    const range = Math.max(...scores) - min
    return scores.map((score) => (range === 0 ? 0 : Math.floor((MAX_NODE_SCORE * (score - min)) / range)))
  },
}

function domainSums(pod: k8s.Pod, snapshot: Snapshot): DomainCounts {
  const sums = new DomainCounts()
  const own = weighted(preferredAffinity(pod), preferredAntiAffinity(pod))
  for (const node of snapshot.nodes)
    for (const other of own.length > 0 ? node.pods : node.podsWithAffinity) {
      const add = (owner: k8s.Pod, target: k8s.Pod, { weight, term }: WeightedTerm) => {
        const value = node.labels[term.topologyKey]
        if (value !== undefined && termSelects(term, owner, target, snapshot.namespaceLabels))
          sums.add(term.topologyKey, value, weight)
      }
      for (const entry of own) add(pod, other.pod, entry)
      if (!other.hasAffinity) continue
      for (const entry of weighted(preferredAffinity(other.pod), preferredAntiAffinity(other.pod)))
        add(other.pod, pod, entry)
      for (const term of requiredAffinity(other.pod)) add(other.pod, pod, { weight: HARD_AFFINITY_WEIGHT, term })
    }
  return sums
}

interface WeightedTerm {
  weight: number
  term: k8s.PodAffinityTerm
}

function weighted(
  near: readonly k8s.WeightedPodAffinityTerm[],
  away: readonly k8s.WeightedPodAffinityTerm[],
): WeightedTerm[] {
  return [
    ...near.map(({ weight, podAffinityTerm }) => ({ weight, term: podAffinityTerm })),
    ...away.map(({ weight, podAffinityTerm }) => ({ weight: -weight, term: podAffinityTerm })),
  ]
}
