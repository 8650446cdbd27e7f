import { type k8s, matchesNodeRequirements, matchesNodeTerm } from '../../api/index.ts'
import { type FilterPlugin, type PreFilterResult, type ScorePlugin, scaleToMax } from '../framework.ts'

/** `nodeSelector` and required node affinity. Source: kube-scheduler v1.34, plugins/nodeaffinity. */
export const nodeAffinity: FilterPlugin = {
  name: 'NodeAffinity',
  wakesOn: ['NodeChanged'],
  nodeLocal: true,
  preFilter: (pod) => namedNodes(requiredTerms(pod)),
  begin: (pod) => {
    const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    if (pod.spec.nodeSelector === undefined && required === undefined) return undefined
    return (node) =>
      matchesNodeRequirements(pod.spec, node)
        ? undefined
        : { reasons: ["node(s) didn't match Pod's node affinity/selector"], resolvable: false }
  },
}

const requiredTerms = (pod: k8s.Pod): readonly k8s.NodeSelectorTerm[] =>
  pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []

/** The only nodes that can satisfy the terms, where each of them asks for nodes by name. */
function namedNodes(terms: readonly k8s.NodeSelectorTerm[]): PreFilterResult | undefined {
  const byTerm = terms.map(({ matchFields = [] }) =>
    matchFields
      .filter(({ key, operator }) => key === 'metadata.name' && operator === 'In')
      .map(({ values = [] }) => values)
      .reduce<readonly string[] | undefined>(
        (all, values) => all?.filter((name) => values.includes(name)) ?? values,
        undefined,
      ),
  )
  if (terms.length === 0 || byTerm.includes(undefined)) return undefined
  const nodes = new Set(byTerm.flatMap((names) => names ?? []))
  return nodes.size === 0 ? { refusal: 'pod affinity terms conflict' } : { nodes }
}

/** Adds up the weights of the preferred terms a node satisfies. */
export const nodeAffinityScore: ScorePlugin = {
  name: 'NodeAffinity',
  weight: 2,
  begin: (pod) => {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    if (preferred.length === 0) return undefined
    return (node) =>
      preferred.reduce((sum, { weight, preference }) => sum + (matchesNodeTerm(preference, node) ? weight : 0), 0)
  },
  normalize: scaleToMax,
}
