/** Whether enough indexes have succeeded for the Job to be a success before all of them have.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/job/success_policy.go. */
import type { k8s } from '../../api/index.ts'
import { count, countCommon, type Intervals, parseIntervals } from './intervals.ts'
import { completionsOf } from './spec.ts'

/** Says which rule is met, if any. */
export function metSuccessRule(job: k8s.Job, succeeded: Intervals): string | undefined {
  if (succeeded.length === 0) return undefined
  const index = (job.spec.successPolicy?.rules ?? []).findIndex((rule) => isMet(rule, succeeded, completionsOf(job)))
  return index < 0 ? undefined : `Matched rules at index ${index}`
}

function isMet(rule: k8s.SuccessPolicyRule, succeeded: Intervals, completions: number): boolean {
  const enough = (total: number) => rule.succeededCount !== undefined && total >= rule.succeededCount
  if (rule.succeededIndexes === undefined) return enough(count(succeeded))
  const required = parseIntervals(rule.succeededIndexes, completions)
  const common = countCommon(required, succeeded)
  return required.length > 0 && (common === count(required) || enough(common))
}
