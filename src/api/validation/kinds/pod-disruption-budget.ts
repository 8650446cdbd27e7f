/** PodDisruptionBudgets. Source: kubernetes v1.34, pkg/apis/policy/validation. */
import type { PodDisruptionBudget } from '../../generated/types.ts'
import { type FieldError, invalidValue, notSupported } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative, nonNegativeOrPercent, notMoreThanAll } from '../numbers.ts'
import { validateSelector } from './selector.ts'

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget']
const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const

export const podDisruptionBudgetRules: KindRules<PodDisruptionBudget> = {
  validate: ({ spec, status }) => {
    const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec ?? {}
    const errors: FieldError[] = []
    if (minAvailable !== undefined && maxUnavailable !== undefined)
      errors.push(invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set'))
    for (const [field, value] of Object.entries({ minAvailable, maxUnavailable }))
      errors.push(...nonNegativeOrPercent(value, `spec.${field}`), ...notMoreThanAll(value, `spec.${field}`))
    if (selector !== undefined) errors.push(...validateSelector(selector, 'spec.selector'))
    if (policy !== undefined && !POLICIES.includes(policy))
      errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, POLICIES))
    return [...errors, ...COUNTS.flatMap((field) => nonNegative(status?.[field], `status.${field}`))]
  },
}
