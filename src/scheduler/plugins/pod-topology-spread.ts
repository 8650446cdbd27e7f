/** Spreads pods over topology domains. Source: kube-scheduler v1.34, plugins/podtopologyspread. */
import { type k8s, labelSelectorMatches, matchesNodeRequirements, toleratesTaint } from '../../api/index.ts'
import { type FilterPlugin, MAX_NODE_SCORE, type Misfit, type ScorePlugin } from '../framework.ts'
import type { NodeInfo } from '../snapshot.ts'
import { defaultConstraints } from './default-constraints.ts'

type Constraint = k8s.TopologySpreadConstraint

const SKEWED: Misfit = { reasons: ["node(s) didn't match pod topology spread constraints"], resolvable: true }
const NO_LABEL: Misfit = {
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  resolvable: false,
}

/** `DoNotSchedule` constraints: placing the pod may not make its domain exceed the emptiest one by over `maxSkew`. */
export const podTopologySpread: FilterPlugin = {
  name: 'PodTopologySpread',
  wakesOn: ['NodeChanged', 'NodeRemoved', 'PodRemoved', 'PodAdded', 'PodChanged'],
  begin: (pod, snapshot) => {
    const constraints = constraintsOf(pod, 'DoNotSchedule')
    if (constraints.length === 0) return undefined
    const counted = constraints.map((constraint) => {
      const counts = countByDomain(pod, constraint, {
        nodes: snapshot.nodes.filter((node) => hasAllKeys(constraints, node)),
      })
      const tooFewDomains = counts.size < (constraint.minDomains ?? 1)
      return {
        constraint,
        counts,
        least: tooFewDomains ? 0 : Math.min(...counts.values()),
        self: selects(constraint, pod, pod) ? 1 : 0,
      }
    })
    return (node) => {
      for (const { constraint, counts, least, self } of counted) {
        const domain = labelOf(node, constraint.topologyKey)
        if (domain === undefined) return NO_LABEL
        if ((counts.get(domain) ?? 0) + self - least > constraint.maxSkew) return SKEWED
      }
      return undefined
    }
  },
}

/** Marks a node that lacks one of the topology keys; never a real score. */
const IGNORED = -1

/** `ScheduleAnyway` constraints: the fewer matching pods in a node's domains, the better. A pod without constraints is
 *  spread with those of its workload. */
export const podTopologySpreadScore: ScorePlugin = {
  name: 'PodTopologySpread',
  weight: 2,
  begin: (pod, snapshot, feasible) => {
    const ownConstraints = (pod.spec.topologySpreadConstraints ?? []).length > 0
    const constraints = ownConstraints ? constraintsOf(pod, 'ScheduleAnyway') : defaultConstraints(pod, snapshot)
    if (constraints.length === 0) return undefined
    // A node without a zone is still spread over by its name, where the pod itself asks for nothing.
    const isCountable = (node: NodeInfo) => !ownConstraints || hasAllKeys(constraints, node)
    const nodes = snapshot.nodes.filter(isCountable)
    const candidates = feasible.filter(isCountable)
    const counted = constraints.map((constraint) => {
      const domains = new Set(candidates.map((node) => labelOf(node, constraint.topologyKey)))
      return { constraint, counts: countByDomain(pod, constraint, { nodes }), weight: Math.log(domains.size + 2) }
    })
    return (node) => {
      if (!isCountable(node)) return IGNORED
      const score = counted.reduce((sum, { constraint, counts, weight }) => {
        const domain = labelOf(node, constraint.topologyKey)
        return domain === undefined ? sum : sum + (counts.get(domain) ?? 0) * weight + (constraint.maxSkew - 1)
      }, 0)
      return Math.round(score)
    }
  },
  normalize: (scores) => {
    const real = scores.filter((score) => score !== IGNORED)
    const max = Math.max(0, ...real)
    const min = Math.min(...real)
    return scores.map((score) => {
      if (score === IGNORED) return 0
      return max === 0 ? MAX_NODE_SCORE : Math.floor((MAX_NODE_SCORE * (max + min - score)) / max)
    })
  },
}

function constraintsOf(pod: k8s.Pod, whenUnsatisfiable: string): Constraint[] {
  return (pod.spec.topologySpreadConstraints ?? []).filter(
    (constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable,
  )
}

const labelOf = ({ labels }: NodeInfo, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined

const hasAllKeys = (constraints: readonly Constraint[], node: NodeInfo): boolean =>
  constraints.every((constraint) => labelOf(node, constraint.topologyKey) !== undefined)

/** Matching pods by domain, over those of `nodes` that the pod could be counted on; a domain without any counts 0. */
function countByDomain(
  pod: k8s.Pod,
  constraint: Constraint,
  { nodes }: { nodes: readonly NodeInfo[] },
): Map<string, number> {
  const counts = new Map<string, number>()
  // A selector of everything counts nothing, as in Kubernetes.
  const isEmpty = isEmptySelector(constraint)
  for (const node of nodes) {
    const domain = labelOf(node, constraint.topologyKey)
    if (domain === undefined || !isCounted(pod, constraint, node)) continue
    const matching = isEmpty
      ? 0
      : node.pods.filter((other) => isPeer(pod, other.pod) && selects(constraint, pod, other.pod)).length
    counts.set(domain, (counts.get(domain) ?? 0) + matching)
  }
  return counts
}

function isEmptySelector({ labelSelector, matchLabelKeys = [] }: Constraint): boolean {
  const { matchLabels = {}, matchExpressions = [] } = labelSelector ?? {}
  return Object.keys(matchLabels).length + matchExpressions.length + matchLabelKeys.length === 0
}

/** Node affinity is honoured and taints are ignored unless the constraint says otherwise. */
function isCounted(pod: k8s.Pod, constraint: Constraint, node: NodeInfo): boolean {
  if (constraint.nodeAffinityPolicy !== 'Ignore' && !matchesNodeRequirements(pod.spec, node)) return false
  if (constraint.nodeTaintsPolicy !== 'Honor') return true
  return (node.node.spec?.taints ?? []).every(
    (taint) => taint.effect === 'PreferNoSchedule' || toleratesTaint(pod.spec.tolerations, taint),
  )
}

const isPeer = (pod: k8s.Pod, other: k8s.Pod): boolean =>
  other.metadata.namespace === pod.metadata.namespace && other.metadata.deletionTimestamp === undefined

function selects(constraint: Constraint, owner: k8s.Pod, target: k8s.Pod): boolean {
  if (constraint.labelSelector === undefined) return false
  const own = owner.metadata.labels ?? {}
  const labels = target.metadata.labels ?? {}
  return (
    labelSelectorMatches(constraint.labelSelector, labels) &&
    (constraint.matchLabelKeys ?? []).every((key) => own[key] === undefined || labels[key] === own[key])
  )
}
