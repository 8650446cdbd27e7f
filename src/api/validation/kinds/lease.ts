/** Leases. Source: kubernetes v1.34, pkg/apis/coordination/validation. */
import { qualifiedNameProblems } from '../../formats/index.ts'
import type { Lease } from '../../generated/types.ts'
import { forbidden, invalidFormat, invalidValue, notSupported, type FieldError } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative } from '../numbers.ts'

const KNOWN_STRATEGY = 'OldestEmulationVersion'

export const leaseRules: KindRules<Lease> = {
  validate: ({ spec }) => {
    if (spec === undefined) return []
    const { leaseDurationSeconds: duration, leaseTransitions, strategy, preferredHolder } = spec
    const errors: FieldError[] = []
    if (duration !== undefined && duration <= 0)
      errors.push(invalidValue('spec.leaseDurationSeconds', duration, 'must be greater than 0'))
    errors.push(...nonNegative(leaseTransitions, 'spec.leaseTransitions'))
    if (strategy !== undefined) errors.push(...validateStrategy(strategy))
    if (preferredHolder && !strategy)
      errors.push(forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined'))
    return errors
  },
}

/** Kubernetes says the field twice. */
const STRATEGY = 'spec.strategy.strategy'

function validateStrategy(strategy: string): FieldError[] {
  if (strategy.includes('/')) return invalidFormat(STRATEGY, strategy, qualifiedNameProblems(strategy))
  return strategy === KNOWN_STRATEGY ? [] : [notSupported(STRATEGY, strategy, [KNOWN_STRATEGY])]
}
