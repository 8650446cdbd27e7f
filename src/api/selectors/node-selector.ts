/** Node selectors and node affinity terms. Source: k8s.io/component-helpers v0.34, scheduling/corev1/nodeaffinity. */
import type * as k8s from '../generated/types.ts'
import { matchesLabels } from './label-match.ts'
import type { LabelOperator } from './label-parser.ts'

/** What selectors look at of a node. */
export interface SelectableNode {
  name: string
  labels: Readonly<Record<string, string>>
}

/** Whether the node satisfies the pod's `nodeSelector` and its required node affinity. */
export function matchesNodeRequirements(spec: k8s.PodSpec, node: SelectableNode): boolean {
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) if (node.labels[key] !== value) return false
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return required === undefined || (required.nodeSelectorTerms ?? []).some((term) => matchesNodeTerm(term, node))
}

/** Expressions of one term are ANDed; a term without any matches nothing. */
export function matchesNodeTerm(term: k8s.NodeSelectorTerm, node: SelectableNode): boolean {
  const expressions = term.matchExpressions ?? []
  const fields = term.matchFields ?? []
  if (expressions.length + fields.length === 0) return false
  return matchesAll(expressions, node.labels) && matchesAll(fields, { 'metadata.name': node.name })
}

const OPERATORS: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] satisfies LabelOperator[]
const isOperator = (text: string): text is LabelOperator => OPERATORS.includes(text)

function matchesAll(
  requirements: readonly k8s.NodeSelectorRequirement[],
  labels: Readonly<Record<string, string>>,
): boolean {
  return requirements.every(
    ({ key, operator, values }) =>
      isOperator(operator) && matchesLabels([{ key, operator, values: values ?? [] }], labels),
  )
}
