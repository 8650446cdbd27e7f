/** Whether a Job is over, and how: the first rule that says so. What an earlier round has decided stays.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/job (syncJob). */
import type { k8s } from '../../api/index.ts'
import { findCondition } from '../objects/index.ts'
import { judgeFailure } from './failure-policy.ts'
import { count } from './intervals.ts'
import { isFailed } from './pod-end.ts'
import { backoffLimit, completionsOf, isSuspended } from './spec.ts'
import { metSuccessRule } from './success-policy.ts'
import type { Round, Tally } from './tally.ts'

export interface Ending {
  outcome: 'failed' | 'succeeded'
  reason: string
  message: string
}

type Rule = (round: Round, tally: Tally) => Ending | undefined

const failed = (reason: string, message: string): Ending => ({ outcome: 'failed', reason, message })

const RULES: readonly Rule[] = [
  ({ job }) => decided(job, 'SuccessCriteriaMet', 'succeeded'),
  ({ job }) => decided(job, 'FailureTarget', 'failed'),
  failedByPolicy,
  ({ job, pods }, tally) =>
    tally.failed > backoffLimit(job) || restartsExceed(job, pods)
      ? failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
      : undefined,
  ({ job, nowMs }) =>
    (msUntilDeadline(job, nowMs) ?? 1) <= 0
      ? failed('DeadlineExceeded', 'Job was active longer than specified deadline')
      : undefined,
  ({ job }, { indexes }) => indexFailure(job, indexes),
  ({ job }, { indexes }) => {
    const message = indexes && metSuccessRule(job, indexes.completed)
    return message === undefined ? undefined : { outcome: 'succeeded', reason: 'SuccessPolicy', message }
  },
]

export function endingOf(round: Round, tally: Tally): Ending | undefined {
  for (const rule of RULES) {
    const ending = rule(round, tally)
    if (ending !== undefined) return ending
  }
  return undefined
}

/** Whether all that was asked for is done; `active` pods are left. */
export function completionOf(job: k8s.Job, succeeded: number, active: number): Ending | undefined {
  // Without a number, one success is enough, and the other pods come to their own ends.
  if (active > 0 || succeeded < (job.spec.completions ?? 1)) return undefined
  return {
    outcome: 'succeeded',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  }
}

/** Nothing when the Job has no deadline, or is not running against it. */
export function msUntilDeadline(job: k8s.Job, nowMs: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec
  const startedMs = Date.parse(job.status?.startTime ?? '')
  // One that is just being resumed is about to start from anew.
  const isStopped = isSuspended(job) || findCondition(job.status?.conditions, 'Suspended')?.status === 'True'
  if (activeDeadlineSeconds === undefined || Number.isNaN(startedMs) || isStopped) return undefined
  return startedMs + activeDeadlineSeconds * 1000 - nowMs
}

function decided(job: k8s.Job, type: string, outcome: Ending['outcome']): Ending | undefined {
  const condition = job.status?.conditions?.find((present) => present.type === type && present.status === 'True')
  return condition && { outcome, reason: condition.reason ?? '', message: condition.message ?? '' }
}

function failedByPolicy({ job, pods }: Round): Ending | undefined {
  const { podFailurePolicy } = job.spec
  if (podFailurePolicy === undefined) return undefined
  for (const pod of pods) {
    const message = isFailed(job, pod) ? judgeFailure(podFailurePolicy, pod).failJob : undefined
    if (message !== undefined) return failed('PodFailurePolicy', message)
  }
  return undefined
}

/** Where containers are restarted in their pod, restarts count as failures. */
function restartsExceed(job: k8s.Job, pods: readonly k8s.Pod[]): boolean {
  if (job.spec.template.spec?.restartPolicy !== 'OnFailure') return false
  const restarts = pods
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0)
  return restarts >= Math.max(1, backoffLimit(job))
}

function indexFailure(job: k8s.Job, indexes: Tally['indexes']): Ending | undefined {
  if (indexes?.failed === undefined) return undefined
  const { maxFailedIndexes } = job.spec
  const lost = count(indexes.failed)
  if (maxFailedIndexes !== undefined && lost > maxFailedIndexes)
    return failed('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes')
  if (lost > 0 && lost + count(indexes.completed) >= completionsOf(job))
    return failed('FailedIndexes', 'Job has failed indexes')
  return undefined
}
