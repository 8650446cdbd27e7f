/** The fewest, least important pods that must leave a node for another to fit. Source: kube-scheduler v1.34,
 *  plugins/defaultpreemption, SelectVictimsOnNode. */
import type { k8s } from '../../api/index.ts'
import { filterNode, type Rejection } from '../filter.ts'
import type { Misfit } from '../framework.ts'
import type { Profile } from '../profile.ts'
import { type NodeInfo, type PodInfo, priorityOf, type Snapshot, withoutPod, withPod } from '../snapshot.ts'
import { groupByBudget } from './budgets.ts'
import { byImportance } from './importance.ts'

export interface Candidate {
  readonly node: string
  /** The most important first; at least one. */
  readonly victims: readonly PodInfo[]
  /** How many of them go against a budget. */
  readonly violations: number
}

const NO_VICTIMS: Misfit = { reasons: ['No preemption victims found for incoming pod'], resolvable: false }

/** The candidate, or why removing pods of lower priority would not help on this node. */
export function selectVictims(
  snapshot: Snapshot,
  pod: k8s.Pod,
  { node, profile }: { node: NodeInfo; profile: Profile },
): Candidate | Misfit {
  const lesser = node.pods.filter((other) => priorityOf(other.pod) < priorityOf(pod)).toSorted(byImportance)
  if (lesser.length === 0) return NO_VICTIMS
  const refuses = (value: NodeInfo): Rejection | undefined => filterNode(snapshot, pod, profile, value)
  let current = lesser.reduce((value, { pod: other }) => withoutPod(value, other.metadata.uid ?? ''), node)
  const misfit = refuses(current)
  if (misfit !== undefined) return misfit
  const reprieve = (other: PodInfo): boolean => {
    const fuller = withPod(current, other)
    if (refuses(fuller) !== undefined) return false
    current = fuller
    return true
  }
  const { violating, others } = groupByBudget(lesser, snapshot.budgets)
  const broken = violating.filter((other) => !reprieve(other))
  const victims = [...broken, ...others.filter((other) => !reprieve(other))].toSorted(byImportance)
  return victims.length === 0 ? NO_VICTIMS : { node: node.name, victims, violations: broken.length }
}
