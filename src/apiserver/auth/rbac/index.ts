export { confirmNoEscalation, RBAC_GROUP } from './escalation.ts'
export type { ObjectView, RbacViews } from './object-view.ts'
export { aggregated, rbacAuthorizer } from './rbac-authorizer.ts'
export { RuleResolver } from './rule-resolver.ts'
