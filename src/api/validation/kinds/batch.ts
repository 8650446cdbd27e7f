/** Jobs and CronJobs. Source: kubernetes v1.34, pkg/apis/batch/validation. */
import type { CronJob, Job, JobSpec } from '../../generated/types.ts'
import { type FieldError, invalidValue, notSupported, required } from '../field-error.ts'
import { immutable } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative } from '../numbers.ts'
import { validateTemplate } from '../pod/pod-spec.ts'
import { validateFailurePolicy, validateSuccessPolicy } from './job-policies.ts'

/** A CronJob's Jobs get eleven more characters. */
const MAX_CRON_JOB_NAME = 52
const MAX_INDEXES = 100_000

export const jobRules: KindRules<Job> = {
  validate: ({ spec }) => (spec === undefined ? [] : validateJobSpec(spec, 'spec')),
  validateUpdate: ({ spec }, old) => {
    const suspended = old.spec.suspend === true && (old.status?.startTime ?? '') === ''
    return [
      ...(spec.completionMode === 'Indexed'
        ? []
        : immutable(spec.completions, old.spec.completions, 'spec.completions')),
      ...immutable(spec.selector, old.spec.selector, 'spec.selector'),
      ...(suspended ? [] : immutable(spec.template, old.spec.template, 'spec.template')),
      ...immutable(spec.completionMode, old.spec.completionMode, 'spec.completionMode'),
      ...immutable(spec.podFailurePolicy, old.spec.podFailurePolicy, 'spec.podFailurePolicy'),
      ...immutable(spec.managedBy, old.spec.managedBy, 'spec.managedBy'),
      ...immutable(spec.successPolicy, old.spec.successPolicy, 'spec.successPolicy'),
      ...immutable(spec.backoffLimitPerIndex, old.spec.backoffLimitPerIndex, 'spec.backoffLimitPerIndex'),
    ]
  },
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
] as const

function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const errors = COUNTS.flatMap((field) => nonNegative(spec[field], `${path}.${field}`))
  const { completionMode: mode } = spec
  // The template of a CronJob has none until its Job is made.
  if (mode !== undefined && mode !== 'NonIndexed' && mode !== 'Indexed')
    errors.push(notSupported(`${path}.completionMode`, mode, ['NonIndexed', 'Indexed']))
  if (mode === 'Indexed' && spec.completions === undefined)
    errors.push(required(`${path}.completions`, 'when completion mode is Indexed'))
  errors.push(...validateIndexed(spec, path))
  if (spec.podFailurePolicy !== undefined) errors.push(...validateFailurePolicy(spec, `${path}.podFailurePolicy`))
  if (spec.successPolicy !== undefined) errors.push(...validateSuccessPolicy(spec, `${path}.successPolicy`))
  const replacements = spec.podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed']
  const replacement = spec.podReplacementPolicy
  if (replacement !== undefined && !replacements.includes(replacement))
    errors.push(notSupported(`${path}.podReplacementPolicy`, replacement, replacements))
  const { template } = spec
  if (template?.spec === undefined) return errors
  errors.push(...validateTemplate(template, `${path}.template`))
  const policy = template.spec.restartPolicy
  if (policy === 'Always') {
    // The default, so most likely nothing was said.
    const field = `${path}.template.spec.restartPolicy`
    errors.push(required(field, 'valid values: "OnFailure", "Never"'))
  } else if (spec.podFailurePolicy !== undefined && policy !== 'Never') {
    const why = 'only "Never" is supported when podFailurePolicy is specified'
    errors.push(invalidValue(`${path}.template.spec.restartPolicy`, policy, why))
  }
  return errors
}

/** What only pods that have an index may be counted by. */
function validateIndexed(spec: JobSpec, path: string): FieldError[] {
  const {
    completionMode: mode,
    completions,
    parallelism = 0,
    maxFailedIndexes: failed,
    backoffLimitPerIndex: backoff,
  } = spec
  const at = `${path}.maxFailedIndexes`
  const errors = nonNegative(failed, at)
  if (failed !== undefined && backoff === undefined)
    errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
  if (mode !== 'Indexed') {
    const why = 'requires indexed completion mode'
    if (backoff !== undefined) errors.push(invalidValue(`${path}.backoffLimitPerIndex`, backoff, why))
    return failed === undefined ? errors : [...errors, invalidValue(at, failed, why)]
  }
  if (parallelism > MAX_INDEXES) {
    const why = `must be less than or equal to ${MAX_INDEXES} when completion mode is Indexed`
    errors.push(invalidValue(`${path}.parallelism`, parallelism, why))
  }
  if (failed === undefined) return errors
  if (completions !== undefined && failed > completions)
    errors.push(invalidValue(at, failed, 'must be less than or equal to completions'))
  if (failed > MAX_INDEXES) errors.push(invalidValue(at, failed, `must be less than or equal to ${MAX_INDEXES}`))
  return errors
}

export const cronJobRules: KindRules<CronJob> = {
  validate: ({ metadata, spec }, old) => {
    const errors: FieldError[] = []
    if ((metadata.name ?? '').length > MAX_CRON_JOB_NAME)
      errors.push(invalidValue('metadata.name', metadata.name, `must be no more than ${MAX_CRON_JOB_NAME} characters`))
    if (spec === undefined) return errors
    if (!spec.schedule) errors.push(required('spec.schedule'))
    else if (!isSchedule(spec.schedule))
      errors.push(
        invalidValue('spec.schedule', spec.schedule, 'expected exactly 5 fields, or a descriptor like @daily'),
      )
    if (spec.schedule?.includes('TZ') && !old?.spec.schedule.includes('TZ')) {
      const why = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'
      errors.push(invalidValue('spec.schedule', spec.schedule, why))
    }
    if (spec.timeZone !== old?.spec.timeZone) errors.push(...validateTimeZone(spec.timeZone))
    if (!['Allow', 'Forbid', 'Replace'].includes(spec.concurrencyPolicy ?? ''))
      errors.push(notSupported('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']))
    for (const field of ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const)
      errors.push(...nonNegative(spec[field], `spec.${field}`))
    const job = spec.jobTemplate?.spec
    return job === undefined ? errors : [...errors, ...validateJobSpec(job, 'spec.jobTemplate.spec')]
  },
}

function validateTimeZone(zone: string | undefined): FieldError[] {
  const path = 'spec.timeZone'
  if (zone === undefined) return []
  if (zone === '') return [invalidValue(path, zone, 'timeZone must be nil or non-empty string')]
  if (zone.toLowerCase() === 'local') {
    const why = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'
    return [invalidValue(path, zone, why)]
  }
  return isTimeZone(zone) ? [] : [invalidValue(path, zone, `unknown time zone ${zone}`)]
}

/** An offset such as `+01:00` is none. */
function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9._+/-]*$/.test(zone)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const DESCRIPTOR = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/
const FIELD = /^[0-9A-Za-z*?/,\-#]+$/

function isSchedule(text: string): boolean {
  if (text.startsWith('@')) return DESCRIPTOR.test(text)
  const fields = text.trim().split(/\s+/)
  return fields.length === 5 && fields.every((field) => FIELD.test(field))
}
