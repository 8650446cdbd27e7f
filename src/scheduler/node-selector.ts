/** Node selectors and node affinity terms. Source: k8s.io/component-helpers v0.34, scheduling/corev1/nodeaffinity. */
import type { k8s } from '../api/index.ts'
import type { NodeInfo } from './snapshot.ts'

/** Whether the node satisfies the pod's `nodeSelector` and its required node affinity. */
export function matchesNodeRequirements(pod: k8s.Pod, node: NodeInfo): boolean {
  for (const [key, value] of Object.entries(pod.spec.nodeSelector ?? {})) if (node.labels[key] !== value) return false
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return required === undefined || (required.nodeSelectorTerms ?? []).some((term) => matchesTerm(term, node))
}

/** Expressions of one term are ANDed; a term without any matches nothing. */
export function matchesTerm(term: k8s.NodeSelectorTerm, node: NodeInfo): boolean {
  const expressions = term.matchExpressions ?? []
  const fields = term.matchFields ?? []
  if (expressions.length + fields.length === 0) return false
  return (
    expressions.every((requirement) => matchesRequirement(requirement, node.labels[requirement.key])) &&
    fields.every((requirement) =>
      matchesRequirement(requirement, requirement.key === 'metadata.name' ? node.name : undefined),
    )
  )
}

function matchesRequirement(requirement: k8s.NodeSelectorRequirement, value: string | undefined): boolean {
  const values = requirement.values ?? []
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return compare(value, values, (a, b) => a > b)
    case 'Lt':
      return compare(value, values, (a, b) => a < b)
    default:
      return false
  }
}

function compare(
  value: string | undefined,
  values: readonly string[],
  holds: (a: bigint, b: bigint) => boolean,
): boolean {
  const bound = values[0]
  const integer = /^[+-]?\d+$/
  if (value === undefined || bound === undefined || values.length !== 1) return false
  return integer.test(value) && integer.test(bound) && holds(toBigInt(value), toBigInt(bound))
}

const toBigInt = (text: string): bigint => BigInt(text.replace(/^\+/, ''))
