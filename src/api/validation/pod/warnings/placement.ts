/** Labels of nodes that are out of use, and selectors that select nothing. */
import { labelValueProblems } from '../../../formats/index.ts'
import type { Affinity, NodeSelectorTerm, PodSpec } from '../../../generated/types.ts'
import { nodeLabelDeprecation } from '../../node-label-deprecations.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'
const SELECTS_NONE = 'a null labelSelector results in matching no pod'

export function nodeLabelWarnings(spec: PodSpec, path: string): string[] {
  const { nodeSelector = {}, affinity, topologySpreadConstraints: constraints = [] } = spec
  const { [REQUIRED]: required, [PREFERRED]: preferred = [] } = affinity?.nodeAffinity ?? {}
  const at = `${path}.affinity.nodeAffinity`
  return [
    ...Object.keys(nodeSelector).flatMap((key) => {
      const why = nodeLabelDeprecation(key)
      return why === undefined ? [] : [`${path}.nodeSelector[${key}]: ${why}`]
    }),
    ...(required?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      deprecatedKeys(term, `${at}.${REQUIRED}.nodeSelectorTerms[${index}]`),
    ),
    ...preferred.flatMap(({ preference }, index) =>
      nodeSelectorTermWarnings(preference, `${at}.${PREFERRED}[${index}].preference`),
    ),
    ...constraints.flatMap(({ topologyKey, labelSelector }, index) => {
      const own = `${path}.topologySpreadConstraints[${index}]`
      const why = nodeLabelDeprecation(topologyKey)
      return [
        ...(why === undefined ? [] : [`${own}.topologyKey: ${topologyKey} is ${why}`]),
        ...(labelSelector === undefined ? [`${own}.labelSelector: ${SELECTS_NONE}`] : []),
      ]
    }),
  ]
}

const deprecatedKeys = ({ matchExpressions = [] }: NodeSelectorTerm, path: string): string[] =>
  matchExpressions.flatMap(({ key }, index) => deprecatedKey(key, `${path}.matchExpressions[${index}]`))

function deprecatedKey(key: string, at: string): string[] {
  const why = nodeLabelDeprecation(key)
  return why === undefined ? [] : [`${at}.key: ${key} is ${why}`]
}

/** Values are only wrong, not refused, where the term is a wish. */
function nodeSelectorTermWarnings({ matchExpressions = [] }: NodeSelectorTerm, path: string): string[] {
  return matchExpressions.flatMap(({ key, values = [] }, index) => {
    const at = `${path}.matchExpressions[${index}]`
    const wrong = values.flatMap((value, position) =>
      labelValueProblems(value).map((problem) => `${at}.values[${position}]: ${value} is invalid, ${problem}`),
    )
    return [...deprecatedKey(key, at), ...wrong]
  })
}

export function podAffinityWarnings(affinity: Affinity | undefined, path: string): string[] {
  if (affinity === undefined) return []
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((field) => {
    const { [REQUIRED]: required = [], [PREFERRED]: preferred = [] } = affinity[field] ?? {}
    const at = `${path}.${field}`
    return [
      ...required.flatMap(({ labelSelector }, index) =>
        labelSelector === undefined ? [`${at}.${REQUIRED}[${index}].labelSelector: ${SELECTS_NONE}`] : [],
      ),
      ...preferred.flatMap(({ podAffinityTerm }, index) =>
        podAffinityTerm.labelSelector === undefined
          ? [`${at}.${PREFERRED}[${index}].podAffinityTerm.labelSelector: ${SELECTS_NONE}`]
          : [],
      ),
    ]
  })
}
