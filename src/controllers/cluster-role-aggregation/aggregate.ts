/** The rules of a ClusterRole that gathers those of others.
 *  Source: kubernetes v1.34, pkg/controller/clusterroleaggregation. */
import { isDeepStrictEqual } from 'node:util'
import { type k8s, labelSelectorMatches } from '../../api/index.ts'

/** Rules of all roles that a selector of `role` selects, each once: by selector, then by the roles' names. */
export function aggregatedRules(role: k8s.ClusterRole, all: readonly k8s.ClusterRole[]): k8s.PolicyRule[] {
  const rules: k8s.PolicyRule[] = []
  const others = all
    .filter(({ metadata }) => metadata.name !== role.metadata.name)
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? [])
    for (const { metadata, rules: own = [] } of others) {
      if (!labelSelectorMatches(selector, metadata.labels)) continue
      for (const rule of own) if (!rules.some((known) => isDeepStrictEqual(known, rule))) rules.push(rule)
    }
  return rules
}
