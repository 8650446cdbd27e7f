/** Node selectors and node affinity terms. Source: k8s.io/component-helpers v0.34, scheduling/corev1/nodeaffinity. */
import { type k8s, type LabelOperator, matchesLabels } from '../api/index.ts'
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
  return matchesAll(expressions, node.labels) && matchesAll(fields, { 'metadata.name': node.name })
}

const OPERATORS: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] satisfies LabelOperator[]
const isOperator = (text: string): text is LabelOperator => OPERATORS.includes(text)

function matchesAll(requirements: readonly k8s.NodeSelectorRequirement[], labels: NodeInfo['labels']): boolean {
  return requirements.every(
    ({ key, operator, values }) =>
      isOperator(operator) && matchesLabels([{ key, operator, values: values ?? [] }], labels),
  )
}
