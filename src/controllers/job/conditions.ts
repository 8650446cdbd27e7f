/** A Job's conditions. Source: k8s.io/kubernetes v1.34, pkg/controller/job (ensureJobConditionStatus). */
import type { k8s } from '../../api/index.ts'
import type { Ending } from './ending.ts'

export type JobConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet' | 'Suspended'

interface Wording {
  type: JobConditionType
  status: 'True' | 'False'
  reason: string
  message: string
}

/** With that condition, unless it says all that already. That something is not so is only said when it was. */
export function withJobCondition(
  conditions: readonly k8s.JobCondition[],
  wording: Wording,
  now: string,
): readonly k8s.JobCondition[] {
  const present = conditions.find(({ type }) => type === wording.type)
  const isSaid =
    present === undefined
      ? wording.status === 'False'
      : present.status === wording.status && present.reason === wording.reason && present.message === wording.message
  if (isSaid) return conditions
  const next = { ...wording, lastProbeTime: now, lastTransitionTime: now }
  return present === undefined
    ? [...conditions, next]
    : conditions.map((condition) => (condition === present ? next : condition))
}

export const suspension = (isSuspended: boolean): Wording =>
  isSuspended
    ? { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }
    : { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' }

/** That the Job will end so, said before its pods are let go. */
export const ending = ({ outcome, reason, message }: Ending): Wording => ({
  type: outcome === 'failed' ? 'FailureTarget' : 'SuccessCriteriaMet',
  status: 'True',
  reason,
  message,
})

/** That it has ended, when no pod is left. */
export const ended = ({ outcome, reason, message }: Ending): Wording => ({
  type: outcome === 'failed' ? 'Failed' : 'Complete',
  status: 'True',
  reason,
  message,
})
