export { isExempt, type MatchCriteria, matchRequest } from './match-request.ts'
export { convertObject } from './convert-object.ts'
export type { Rule } from './match-rule.ts'
