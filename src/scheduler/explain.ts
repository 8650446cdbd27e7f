/** Why the scheduler decides as it does of one pod: what each node says of it, and how good the rest are. Pure. */
import type { k8s } from '../api/index.ts'
import { failureMessage } from './failure-message.ts'
import { filterNodes, refusals, type Rejection } from './filter.ts'
import { preempt, type Preemption } from './preemption/preempt.ts'
import { defaultProfile } from './profile.ts'
import { type NodeScore, scoreNodes } from './score.ts'
import type { Snapshot } from './snapshot.ts'

export interface NodeVerdict {
  readonly node: string
  /** All that speak against it; the first is what the scheduler says. Empty: the pod fits. */
  readonly refusals: readonly Rejection[]
  /** Of a node that fits. */
  readonly score?: NodeScore
}

export interface Explanation {
  /** Those that fit first, the best of them at the top; then by name. */
  readonly nodes: readonly NodeVerdict[]
  /** The scheduler's sentence, where no node fits. */
  readonly message?: string
  /** What could be done for it, where no node fits. */
  readonly preemption?: Preemption
}

/** `snapshot` is the cluster without the pod; where the pod is now makes no difference. */
export function explain(snapshot: Snapshot, pod: k8s.Pod): Explanation {
  const profile = defaultProfile
  const unplaced = withoutNode(pod)
  const filtered = filterNodes(snapshot, unplaced, profile)
  const scores = scoreNodes(snapshot, unplaced, { nodes: filtered.feasible, profile })
  const verdicts = snapshot.nodes.map((node): NodeVerdict => {
    const score = scores.find((one) => one.node === node.name)
    if (score !== undefined) return { node: node.name, refusals: [], score }
    const said = filtered.rejections.get(node.name)
    const all = refusals(snapshot, unplaced, profile, node)
    const isSaid = all.some(({ plugin }) => plugin === said?.plugin)
    return { node: node.name, refusals: said === undefined || isSaid ? all : [said, ...all] }
  })
  const nodes = verdicts.toSorted(
    (a, b) => (b.score?.total ?? -1) - (a.score?.total ?? -1) || (a.node < b.node ? -1 : 1),
  )
  if (filtered.feasible.length > 0) return { nodes }
  const preemption =
    snapshot.nodes.length === 0 ? undefined : preempt(snapshot, pod, { profile, rejections: filtered.rejections })
  const unhelpful = preemption?.outcome === 'room' ? undefined : preemption?.message
  const message = failureMessage(snapshot.nodes.length, filtered, unhelpful)
  return { nodes, message, ...(preemption && { preemption }) }
}

/** Neither its node nor a promise of one is a wish of the pod's own. */
function withoutNode({ spec, status, ...pod }: k8s.Pod): k8s.Pod {
  const { nodeName: _, ...unbound } = spec
  const { nominatedNodeName: __, ...unpromised } = status ?? {}
  return { ...pod, spec: unbound, status: unpromised }
}
