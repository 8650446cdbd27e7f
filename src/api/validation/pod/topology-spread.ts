/** How pods spread over a topology. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (validateTopologySpreadConstraints). */
import type { TopologySpreadConstraint } from '../../generated/types.ts'
import { duplicate, type FieldError, invalidValue, notSupported, required } from '../field-error.ts'
import { validateSelector } from '../kinds/selector.ts'
import { repeatedLabelKeys, validateLabelKeys } from './affinity.ts'
import type { PodSpecOptions } from './options.ts'

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway']
const POLICIES = ['Honor', 'Ignore']
const POSITIVE = 'must be greater than zero'

/** What no two of a pod may have alike. */
const whatOf = ({ topologyKey = '', whenUnsatisfiable = '' }: Partial<TopologySpreadConstraint>) =>
  JSON.stringify([topologyKey, whenUnsatisfiable])

export function validateTopologySpread(
  constraints: readonly TopologySpreadConstraint[],
  path: string,
  { allowsRepeatedSpreadKeys = false, allowsInvalidSpreadSelectors = false }: PodSpecOptions,
): FieldError[] {
  const lastOf = new Map(constraints.map((constraint, index) => [whatOf(constraint), index]))
  return constraints.flatMap((constraint: Partial<TopologySpreadConstraint>, index) => {
    const at = `${path}[${index}]`
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable: action = '', minDomains, labelSelector } = constraint
    const errors: FieldError[] = []
    if (maxSkew <= 0) errors.push(invalidValue(`${at}.maxSkew`, maxSkew, POSITIVE))
    if (topologyKey === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'))
    if (!ACTIONS.includes(action)) errors.push(notSupported(`${at}.whenUnsatisfiable`, action, ACTIONS))
    if (lastOf.get(whatOf(constraint)) !== index)
      errors.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${action}}`))
    if (minDomains !== undefined && minDomains <= 0) errors.push(invalidValue(`${at}.minDomains`, minDomains, POSITIVE))
    if (minDomains !== undefined && action !== 'DoNotSchedule') {
      const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`
      errors.push(invalidValue(`${at}.minDomains`, minDomains, why))
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[field]
      if (policy !== undefined && !POLICIES.includes(policy))
        errors.push(notSupported(`${at}.${field}`, policy, POLICIES))
    }
    const keys = constraint.matchLabelKeys ?? []
    errors.push(...validateLabelKeys(keys, labelSelector, `${at}.matchLabelKeys`))
    if (!allowsRepeatedSpreadKeys) errors.push(...repeatedLabelKeys(keys, labelSelector, at))
    if (labelSelector === undefined || allowsInvalidSpreadSelectors) return errors
    return [...errors, ...validateSelector(labelSelector, `${at}.labelSelector`)]
  })
}
