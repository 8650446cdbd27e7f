/** What a plugin is: the narrow waist between the scheduling cycle and the rules. A plugin looks at the whole snapshot
 *  once per pod (`begin`) and hands back a function that judges one node; `undefined` means "nothing to say about this
 *  pod". Source: kube-scheduler v1.34, pkg/scheduler/framework (PreFilter+Filter and PreScore+Score joined). */
import type { k8s } from '../api/index.ts'
import type { NodeInfo, Snapshot } from './snapshot.ts'

/** Why a pod does not fit on one node. */
export interface Misfit {
  /** As kube-scheduler words them: `Insufficient cpu`, `node(s) were unschedulable`. */
  readonly reasons: readonly string[]
  /** Whether removing other pods from the node could help (kube-scheduler: `Unschedulable`, not
   *  `UnschedulableAndUnresolvable`). */
  readonly resolvable: boolean
}

/** What happens in the cluster that may let a rejected pod fit after all. `PodChanged`: the labels of a placed pod, or
 *  its requests became less; `NodeChanged`: one came, or what pods look at of it. */
export type ClusterEvent = 'NodeChanged' | 'NodeRemoved' | 'PodRemoved' | 'PodAdded' | 'PodChanged' | 'StorageChanged'

/** What a plugin says of a pod before any node is looked at: that no node will do, or that only some may. */
export type PreFilterResult = { readonly refusal: string } | { readonly nodes: ReadonlySet<string> }

export interface FilterPlugin {
  readonly name: string
  /** The events after which a pod this plugin rejected is worth another try. */
  readonly wakesOn: readonly ClusterEvent[]
  /** Whether the verdict on a node depends on that node alone: a change of it then helps only pods that fit it empty. */
  readonly nodeLocal?: true
  preFilter?(pod: k8s.Pod, snapshot: Snapshot): PreFilterResult | undefined
  begin(pod: k8s.Pod, snapshot: Snapshot): ((node: NodeInfo) => Misfit | undefined) | undefined
}

export interface ScorePlugin {
  readonly name: string
  /** Multiplies the normalised score. */
  readonly weight: number
  /** Raw scores, any range when `normalize` is given, else 0 to MAX_NODE_SCORE. `nodes` are those that passed. */
  begin(pod: k8s.Pod, snapshot: Snapshot, nodes: readonly NodeInfo[]): ((node: NodeInfo) => number) | undefined
  /** Brings the raw scores of all nodes to 0…MAX_NODE_SCORE; same order, same length. */
  normalize?(scores: readonly number[]): number[]
}

export const MAX_NODE_SCORE = 100

/** Scales so that the largest becomes MAX_NODE_SCORE. Source: plugins/helper/normalize_score.go. */
export function scaleToMax(scores: readonly number[]): number[] {
  const max = Math.max(0, ...scores)
  return scores.map((score) => (max === 0 ? 0 : Math.floor((MAX_NODE_SCORE * score) / max)))
}

/** As `scaleToMax`, the smallest being the best. */
export function scaleToMaxReversed(scores: readonly number[]): number[] {
  return scaleToMax(scores).map((score) => MAX_NODE_SCORE - score)
}
