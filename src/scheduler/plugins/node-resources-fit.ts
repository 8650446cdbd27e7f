import { type FilterPlugin, MAX_NODE_SCORE, type ScorePlugin } from '../framework.ts'
import { podNonZeroRequests, podRequests } from '../resources.ts'

/** The sum of requests must stay within what the node can allocate, pod count included. */
export const nodeResourcesFit: FilterPlugin = {
  name: 'NodeResourcesFit',
  wakesOn: ['NodeChanged', 'PodRemoved', 'PodChanged'],
  nodeLocal: true,
  begin: (pod) => {
    const wanted = Object.entries(podRequests(pod)).filter(([, amount]) => amount > 0)
    return (node) => {
      const reasons: string[] = []
      let resolvable = true
      if (node.pods.length + 1 > (node.allocatable.pods ?? 0)) reasons.push('Too many pods')
      for (const [resource, amount] of wanted) {
        const allocatable = node.allocatable[resource] ?? 0
        if (amount <= allocatable - (node.requested[resource] ?? 0)) continue
        reasons.push(`Insufficient ${resource}`)
        if (amount > allocatable) resolvable = false
      }
      return reasons.length === 0 ? undefined : { reasons, resolvable }
    }
  },
}

const SCORED = ['cpu', 'memory'] as const

/** Prefers emptier nodes: kube-scheduler's LeastAllocated strategy over cpu and memory, weight 1 each. */
export const leastAllocated: ScorePlugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  begin: (pod) => {
    const own = podNonZeroRequests(pod)
    return (node) => {
      const scores = SCORED.flatMap((resource) => {
        const allocatable = node.allocatable[resource] ?? 0
        if (allocatable === 0) return []
        const requested = (node.nonZeroRequested[resource] ?? 0) + (own[resource] ?? 0)
        return [requested > allocatable ? 0 : Math.floor(((allocatable - requested) * MAX_NODE_SCORE) / allocatable)]
      })
      return scores.length === 0 ? 0 : Math.floor(scores.reduce((sum, score) => sum + score, 0) / scores.length)
    }
  },
}

/** Prefers nodes whose cpu and memory would be used to a like degree. Says nothing about best-effort pods. */
export const balancedAllocation: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  begin: (pod) => {
    const own = podRequests(pod)
    if (SCORED.every((resource) => !own[resource])) return undefined
    return (node) => {
      const fractions = SCORED.flatMap((resource) => {
        const allocatable = node.allocatable[resource] ?? 0
        if (allocatable === 0) return []
        return [Math.min(1, ((node.requested[resource] ?? 0) + (own[resource] ?? 0)) / allocatable)]
      })
      const [first, second] = fractions
      const deviation = first === undefined || second === undefined ? 0 : Math.abs(first - second) / 2
      return Math.floor((1 - deviation) * MAX_NODE_SCORE)
    }
  },
}
