/** Answers with the rules of roles that are bound to the user.
 *  Source: kubernetes v1.34, plugin/pkg/auth/authorizer/rbac/rbac.go. */
import type { Authorize } from '../authorize.ts'
import type { RuleResolver } from './rule-resolver.ts'
import { ruleAllows } from './rule-match.ts'

export function rbacAuthorizer(resolver: RuleResolver): Authorize {
  return (user, attributes) => {
    const { granted, errors } = resolver.resolve(user, attributes.namespace ?? '')
    for (const { rules, source } of granted)
      for (const rule of rules)
        if (ruleAllows(rule, attributes)) return { allowed: true, reason: `RBAC: allowed by ${source}` }
    return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${aggregated(errors)}` }
  }
}

/** As Kubernetes prints several errors as one. */
export const aggregated = (errors: readonly string[]): string =>
  errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`
