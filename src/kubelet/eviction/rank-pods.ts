/** Which pod goes first. Pure. Source: Kubernetes v1.34, pkg/kubelet/eviction/helpers.go (rankMemoryPressure,
 *  rankDiskPressureFunc, rankPIDPressure). */
import { type k8s, quantityValue } from '../../api/index.ts'
import { podRequests } from '../../api/machinery.ts'
import type { StarvedResource } from './signals.ts'

/** What a pod uses of what runs short. */
export type PodUse = Readonly<Record<StarvedResource, number>>

/** A pod of which nothing is known goes first. */
export interface Candidate {
  pod: k8s.Pod
  use: PodUse | undefined
}

type Compare = (a: Candidate, b: Candidate) => number

const trueFirst = (a: boolean, b: boolean) => Number(b) - Number(a)
const byPriority: Compare = (a, b) => (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0)

const requestOf = ({ spec }: k8s.Pod, resource: string): number => quantityValue(podRequests(spec)[resource] ?? 0)

const whereKnown =
  (compare: (a: { pod: k8s.Pod; use: PodUse }, b: { pod: k8s.Pod; use: PodUse }) => number): Compare =>
  (a, b) =>
    a.use === undefined || b.use === undefined
      ? trueFirst(a.use === undefined, b.use === undefined)
      : compare({ pod: a.pod, use: a.use }, { pod: b.pod, use: b.use })

function comparisons(resource: StarvedResource): Compare[] {
  if (resource === 'pids') return [byPriority, whereKnown((a, b) => b.use.pids - a.use.pids)]
  // Inodes cannot be asked for; what exceeds the request for storage counts with them too.
  const asked = resource === 'inodes' ? 'ephemeral-storage' : resource
  const exceeds = whereKnown((a, b) =>
    trueFirst(a.use[resource] > requestOf(a.pod, resource), b.use[resource] > requestOf(b.pod, resource)),
  )
  const excess = ({ pod, use }: { pod: k8s.Pod; use: PodUse }) => use[resource] - requestOf(pod, asked)
  return [exceeds, byPriority, whereKnown((a, b) => excess(b) - excess(a))]
}

export function rankPods(candidates: readonly Candidate[], resource: StarvedResource): Candidate[] {
  const compares = comparisons(resource)
  return candidates.toSorted((a, b) => {
    for (const compare of compares) {
      const order = compare(a, b)
      if (order !== 0) return order
    }
    return 0
  })
}
