/** PodDisruptionBudgets. Source: kubernetes v1.34, pkg/apis/policy/validation. */
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from '../../generated/types.ts'
import { type FieldError, invalidValue, notSupported } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegativeOrPercent, notMoreThanAll } from '../numbers.ts'
import { validateConditions } from './conditions.ts'
import { validateCounts } from './replica-status.ts'
import { printedSelector, validateKeptSelector } from './selector.ts'

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget']
const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']

export const podDisruptionBudgetRules: KindRules<PodDisruptionBudget> = {
  reportsMissing: true,
  validate: ({ spec = {} }: Partial<PodDisruptionBudget>, old) => {
    const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec
    const errors: FieldError[] = []
    if (minAvailable !== undefined && maxUnavailable !== undefined)
      errors.push(invalidValue('spec', printedSpec(spec), 'minAvailable and maxUnavailable cannot be both set'))
    for (const [field, value] of Object.entries({ minAvailable, maxUnavailable }))
      errors.push(...nonNegativeOrPercent(value, `spec.${field}`), ...notMoreThanAll(value, `spec.${field}`))
    if (selector !== undefined) errors.push(...validateKeptSelector(selector, old?.spec.selector))
    if (policy !== undefined && !POLICIES.includes(policy))
      errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, POLICIES))
    return errors
  },
  validateStatusUpdate: ({ status }) => [
    ...validateConditions(status?.conditions ?? [], 'status.conditions'),
    ...validateCounts(status, COUNTS),
  ],
}

/** Errors print it by the names of Go's fields. */
const printedSpec = (spec: PodDisruptionBudgetSpec) => ({
  MinAvailable: spec.minAvailable ?? null,
  Selector: spec.selector === undefined ? null : printedSelector(spec.selector),
  MaxUnavailable: spec.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
})
