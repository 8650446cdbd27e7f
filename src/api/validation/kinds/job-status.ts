/** What the status of a Job may say, and what it may no longer take back. A rule is only held against a status whose
 *  fields of that rule changed. Source: kubernetes v1.34, pkg/apis/batch/validation (ValidateJobStatusUpdate) and
 *  pkg/registry/batch/job (getStatusValidationOptions). */
import type { Job, JobStatus } from '../../generated/types.ts'
import { duplicate, type FieldError, invalidValue, invalidWithoutValue, required } from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import { nonNegative } from '../numbers.ts'
import { countIndexes, firstCommonIndex } from './job-indexes.ts'

const COUNTS = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const
const TERMINAL = ['Failed', 'Complete', 'FailureTarget']
const CONDITIONS = 'status.conditions'
const COMPLETION_TIME = 'status.completionTime'
const START_TIME = 'status.startTime'

export function validateJobStatusUpdate(job: Job, old: Job): FieldError[] {
  const facts = factsOf(job, old)
  return [
    ...COUNTS.flatMap((field) => nonNegative(facts.status[field], `status.${field}`)),
    ...validateUncounted(facts.status),
    ...validateConditions(facts),
    ...validateTimes(facts),
    ...validateFinished(facts),
    ...validateIndexes(facts),
    ...validateReady(facts),
    ...validateSuccess(facts),
    ...validateTransition(facts),
  ]
}

interface Facts {
  job: Job
  status: JobStatus
  before: JobStatus
  /** Whether the condition is true now, or whether that changed. */
  is: (type: string) => boolean
  was: (type: string) => boolean
  turned: (type: string) => boolean
  changed: (field: keyof JobStatus) => boolean
  isFinished: boolean
  isFinishedChanged: boolean
}

function factsOf(job: Job, old: Job): Facts {
  const [status, before] = [job.status ?? {}, old.status ?? {}]
  const is = (type: string) => hasCondition(status, type, 'True')
  const was = (type: string) => hasCondition(before, type, 'True')
  const isFinished = is('Complete') || is('Failed')
  return {
    job,
    status,
    before,
    is,
    was,
    turned: (type) => is(type) !== was(type),
    changed: (field) => !sameValue(status[field] ?? zeroOf(field), before[field] ?? zeroOf(field)),
    isFinished,
    isFinishedChanged: isFinished !== (was('Complete') || was('Failed')),
  }
}

/** `active` and `completedIndexes` cannot be told from their zero value when they are left out. */
const zeroOf = (field: keyof JobStatus) => (field === 'active' ? 0 : field === 'completedIndexes' ? '' : undefined)

const hasCondition = ({ conditions = [] }: JobStatus, wanted: string, value: string) =>
  conditions.some(({ type, status }) => type === wanted && status === value)

const wrongConditions = (why: string) => invalidWithoutValue(CONDITIONS, why)

function validateUncounted({ uncountedTerminatedPods: pods }: JobStatus): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  for (const field of ['succeeded', 'failed'] as const)
    for (const [index, uid] of (pods?.[field] ?? []).entries()) {
      const path = `status.uncountedTerminatedPods.${field}[${index}]`
      if (uid === '') errors.push(invalidValue(path, uid, 'must not be empty'))
      else if (seen.has(uid)) errors.push(duplicate(path, uid))
      seen.add(uid)
    }
  return errors
}

function validateConditions({ is, turned }: Facts): FieldError[] {
  const errors: FieldError[] = []
  const complete = is('Complete')
  if ((turned('Complete') || turned('Failed')) && complete && is('Failed'))
    errors.push(wrongConditions('cannot set Complete=True and Failed=true conditions'))
  if ((turned('Complete') || turned('FailureTarget')) && complete && is('FailureTarget'))
    errors.push(wrongConditions('cannot set Complete=True and FailureTarget=true conditions'))
  return errors
}

function validateTimes({ status, is, turned, changed }: Facts): FieldError[] {
  const { startTime: start, completionTime: end } = status
  const errors: FieldError[] = []
  if (turned('Complete') || changed('completionTime')) {
    if (end !== undefined && !is('Complete')) {
      const why = 'cannot set completionTime when there is no Complete=True condition'
      errors.push(invalidValue(COMPLETION_TIME, end, why))
    }
    if (end === undefined && is('Complete'))
      errors.push(required(COMPLETION_TIME, 'completionTime is required for Complete jobs'))
  }
  const timesChanged = changed('startTime') || changed('completionTime')
  if (timesChanged && start !== undefined && end !== undefined && Date.parse(end) < Date.parse(start))
    errors.push(invalidValue(COMPLETION_TIME, end, 'must be equal to or after `startTime`'))
  return errors
}

function validateFinished(facts: Facts): FieldError[] {
  const { job, status, is, turned, changed, isFinished, isFinishedChanged } = facts
  const errors: FieldError[] = []
  if ((turned('Failed') || changed('failedIndexes')) && is('Failed') && !is('FailureTarget'))
    errors.push(wrongConditions('cannot set Failed=True condition without the FailureTarget=true condition'))
  if ((turned('Complete') || turned('SuccessCriteriaMet')) && is('Complete') && !is('SuccessCriteriaMet'))
    errors.push(wrongConditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition'))
  if (!isFinished) return errors
  const { active = 0, startTime, uncountedTerminatedPods: uncounted } = status
  if ((isFinishedChanged || changed('active')) && active > 0)
    errors.push(invalidValue('status.active', active, 'active>0 is invalid for finished job'))
  const neverRan = job.spec.suspend === true && job.spec.completions === 0
  if ((isFinishedChanged || changed('startTime')) && !neverRan && startTime === undefined)
    errors.push(required(START_TIME, 'startTime is required for finished job'))
  const left = [...(uncounted?.failed ?? []), ...(uncounted?.succeeded ?? [])]
  if ((isFinishedChanged || changed('uncountedTerminatedPods')) && left.length > 0) {
    const given = { Succeeded: uncounted?.succeeded ?? null, Failed: uncounted?.failed ?? null }
    errors.push(invalidValue('status.uncountedTerminatedPods', given, 'must be empty for finished job'))
  }
  return errors
}

function validateIndexes({ job, status, changed }: Facts): FieldError[] {
  const { completions, backoffLimitPerIndex: backoff, completionMode } = job.spec
  const { completedIndexes: completed = '', failedIndexes: failed } = status
  const errors: FieldError[] = []
  const problem = (field: string, value: string) => {
    const count = completions === undefined ? 0 : countIndexes(value, completions)
    if (typeof count === 'string')
      errors.push(invalidValue(`status.${field}`, value, `error parsing ${field}: ${count}`))
  }
  if (changed('completedIndexes')) problem('completedIndexes', completed)
  if (changed('failedIndexes') && backoff !== undefined && failed !== undefined) problem('failedIndexes', failed)
  if (changed('completedIndexes') && completed !== '' && completionMode !== 'Indexed') {
    const why = 'cannot set non-empty completedIndexes when non-indexed completion mode'
    errors.push(invalidValue('status.completedIndexes', completed, why))
  }
  if (failed === undefined) return errors
  if (changed('failedIndexes') && backoff === undefined) {
    const why = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'
    errors.push(invalidValue('status.failedIndexes', failed, why))
  }
  if (completions === undefined || !(changed('failedIndexes') || changed('completedIndexes'))) return errors
  const common = firstCommonIndex(completed, failed, completions)
  if (common !== undefined)
    errors.push(
      invalidValue('status.failedIndexes', failed, `failedIndexes and completedIndexes overlap at index: ${common}`),
    )
  return errors
}

function validateReady({ status, changed, isFinished, isFinishedChanged }: Facts): FieldError[] {
  const { terminating = 0, ready, active = 0 } = status
  const errors: FieldError[] = []
  if ((isFinishedChanged || changed('terminating')) && terminating > 0 && isFinished)
    errors.push(invalidValue('status.terminating', terminating, 'terminating>0 is invalid for finished job'))
  if ((changed('ready') || changed('active')) && ready !== undefined && ready > active)
    errors.push(invalidValue('status.ready', ready, 'cannot set more ready pods than active'))
  return errors
}

function validateSuccess({ job, is }: Facts): FieldError[] {
  const errors: FieldError[] = []
  const met = is('SuccessCriteriaMet')
  if (met && is('Failed')) errors.push(wrongConditions('cannot set SuccessCriteriaMet=True and Failed=true conditions'))
  if (met && is('FailureTarget'))
    errors.push(wrongConditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'))
  if (job.spec.successPolicy !== undefined && !met && is('Complete')) {
    const why = 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'
    errors.push(wrongConditions(why))
  }
  return errors
}

function validateTransition(facts: Facts): FieldError[] {
  const { job, status, before, is, was } = facts
  const errors = TERMINAL.flatMap((type) =>
    was(type) && !is(type) ? [wrongConditions(`cannot disable the terminal ${type}=True condition`)] : [],
  )
  const { failed = 0, succeeded = 0, completionTime: end } = status
  if (failed < (before.failed ?? 0))
    errors.push(invalidValue('status.failed', failed, 'cannot decrease the failed counter'))
  const { completionMode, completions, parallelism } = job.spec
  const isElastic = completionMode === 'Indexed' && completions === parallelism
  if (!isElastic && succeeded < (before.succeeded ?? 0))
    errors.push(invalidValue('status.succeeded', succeeded, 'cannot decrease the succeeded counter'))
  if (end !== undefined && before.completionTime !== undefined && end !== before.completionTime)
    errors.push(invalidValue(COMPLETION_TIME, end, 'field is immutable'))
  const isResuming = was('Suspended') && hasCondition(status, 'Suspended', 'False')
  const isRestarted = before.startTime !== undefined && status.startTime !== before.startTime
  if (isRestarted && !isResuming && job.spec.suspend !== true)
    errors.push(required(START_TIME, 'startTime cannot be removed for unsuspended job'))
  if (was('SuccessCriteriaMet') && !is('SuccessCriteriaMet'))
    errors.push(wrongConditions('cannot disable the SuccessCriteriaMet=True condition'))
  if (was('Complete') && !was('SuccessCriteriaMet') && is('SuccessCriteriaMet'))
    errors.push(wrongConditions('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'))
  return errors
}
