export { confirmNoEscalation, RBAC_GROUP } from './escalation.ts'
export type { ObjectView, RbacViews } from './object-view.ts'
export { rbacAuthorizer } from './rbac-authorizer.ts'
export { type ResolvedRules, RuleResolver } from './rule-resolver.ts'
