/** Jobs and CronJobs. Source: kubernetes v1.34, pkg/apis/batch/validation. */
import type { CronJob, Job, JobSpec } from '../../generated/types.ts'
import { type FieldError, invalidValue, notSupported, required } from '../field-error.ts'
import { immutable } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative } from '../numbers.ts'
import { validateTemplate } from '../pod/pod-spec.ts'

/** A CronJob's Jobs get eleven more characters. */
const MAX_CRON_JOB_NAME = 52

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
  const { template } = spec
  if (template?.spec === undefined) return errors
  errors.push(...validateTemplate(template, `${path}.template`))
  const policy = template.spec.restartPolicy
  if (policy === 'Always') {
    // The default, so most likely nothing was said.
    const field = `${path}.template.spec.restartPolicy`
    errors.push(required(field, 'valid values: "OnFailure", "Never"'))
  }
  return errors
}

export const cronJobRules: KindRules<CronJob> = {
  validate: ({ metadata, spec }) => {
    const errors: FieldError[] = []
    if ((metadata.name ?? '').length > MAX_CRON_JOB_NAME)
      errors.push(invalidValue('metadata.name', metadata.name, `must be no more than ${MAX_CRON_JOB_NAME} characters`))
    if (spec === undefined) return errors
    if (!spec.schedule) errors.push(required('spec.schedule'))
    else if (!isSchedule(spec.schedule))
      errors.push(
        invalidValue('spec.schedule', spec.schedule, 'expected exactly 5 fields, or a descriptor like @daily'),
      )
    if (!['Allow', 'Forbid', 'Replace'].includes(spec.concurrencyPolicy ?? ''))
      errors.push(notSupported('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']))
    for (const field of ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const)
      errors.push(...nonNegative(spec[field], `spec.${field}`))
    const job = spec.jobTemplate?.spec
    return job === undefined ? errors : [...errors, ...validateJobSpec(job, 'spec.jobTemplate.spec')]
  },
}

const DESCRIPTOR = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/
const FIELD = /^[0-9A-Za-z*?/,\-#]+$/

function isSchedule(text: string): boolean {
  if (text.startsWith('@')) return DESCRIPTOR.test(text)
  const fields = text.trim().split(/\s+/)
  return fields.length === 5 && fields.every((field) => FIELD.test(field))
}
