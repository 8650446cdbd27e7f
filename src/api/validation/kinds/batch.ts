/** Jobs and CronJobs. Source: kubernetes v1.34, pkg/apis/batch/validation. */
import { dnsLabelProblems } from '../../formats/index.ts'
import type { CronJob, CronJobSpec, Job, JobSpec } from '../../generated/types.ts'
import { scheduleProblem } from '../../schedule/index.ts'
import { type FieldError, invalidValue, notSupported, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative } from '../numbers.ts'
import { podTemplateWarnings } from '../pod/warnings.ts'
import { validateGeneratedSelector, validateJobSelector } from './job-selector.ts'
import { MANY_COMPLETIONS, validateJobSpec } from './job-spec.ts'
import { validateJobStatusUpdate } from './job-status.ts'
import { validateJobUpdate } from './job-update.ts'
import { printedSelector } from './selector.ts'
import { isAnotherGeneration, nameWarnings } from './template-warnings.ts'
import { validateTimeZone } from './time-zone.ts'

/** A CronJob's Jobs get eleven more characters. */
const MAX_CRON_JOB_NAME = 52
const MANY_PARALLEL = 10_000

export const jobRules: KindRules<Job> = {
  reportsMissing: true,
  validate: (job, old) => [
    ...validateGeneratedSelector(job, old),
    ...validateAsked(job, old),
    ...validateHostname(job),
    // Kubernetes checks what replaces another twice, and lists it twice.
    ...(old === undefined ? [] : validateAsked(job, old)),
  ],
  validateUpdate: validateJobUpdate,
  validateStatusUpdate: validateJobStatusUpdate,
  warnings: (job, old) => [
    ...nameWarnings(job, old),
    ...(isAnotherGeneration(job, old) ? jobSpecWarnings(job.spec, 'spec') : []),
  ],
}

const validateAsked = (job: Job, old: Job | undefined): FieldError[] => [
  ...validateJobSpec(job.spec, 'spec', old?.spec),
  ...validateJobSelector(job),
]

/** Indexed pods are called like the Job, with their index. */
function validateHostname({ metadata: { name }, spec }: Job): FieldError[] {
  if (spec.completionMode !== 'Indexed' || (spec.completions ?? 0) <= 0) return []
  const longest = `${name}-${(spec.completions ?? 0) - 1}`
  if (dnsLabelProblems(longest).length === 0) return []
  return [invalidValue('metadata.name', name, `will not able to create pod with invalid DNS label: ${longest}`)]
}

function jobSpecWarnings(spec: Partial<JobSpec>, path: string): string[] {
  const { completionMode, completions = 0, parallelism = 0, template } = spec
  const isHuge = completionMode === 'Indexed' && completions > MANY_COMPLETIONS && parallelism > MANY_PARALLEL
  const why =
    'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail'
  return [...(isHuge ? [`${path}: ${why}`] : []), ...podTemplateWarnings(`${path}.template`, template)]
}

export const cronJobRules: KindRules<CronJob> = {
  reportsMissing: true,
  validate: ({ metadata, spec }, old) => {
    const errors = validateCronJobSpec(spec, old?.spec)
    const [name, why] = [metadata.name ?? '', `must be no more than ${MAX_CRON_JOB_NAME} characters`]
    if (old === undefined && name.length > MAX_CRON_JOB_NAME) errors.push(invalidValue('metadata.name', name, why))
    return errors
  },
  validateStatusUpdate: () => [],
  warnings: (job, old) => {
    const path = 'spec.jobTemplate.spec'
    const why =
      'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details'
    return [
      ...nameWarnings(job, old),
      ...(isAnotherGeneration(job, old) ? jobSpecWarnings(job.spec.jobTemplate?.spec ?? {}, path) : []),
      ...(old !== undefined && job.spec.schedule.includes('TZ') ? [why] : []),
    ]
  },
}

const HISTORY = ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const
const CONCURRENCY = ['Allow', 'Forbid', 'Replace']

function validateCronJobSpec(spec: CronJobSpec, old: CronJobSpec | undefined): FieldError[] {
  const { concurrencyPolicy: policy, startingDeadlineSeconds: deadline } = spec
  const path = 'spec.concurrencyPolicy'
  const errors = [...validateSchedule(spec, old), ...nonNegative(deadline, 'spec.startingDeadlineSeconds')]
  if (old === undefined || spec.timeZone !== old.timeZone)
    errors.push(...validateTimeZone(spec.timeZone, 'spec.timeZone'))
  if (!policy) errors.push(required(path))
  else if (!CONCURRENCY.includes(policy)) errors.push(notSupported(path, policy, CONCURRENCY))
  return [
    ...errors,
    ...validateJobTemplate(spec.jobTemplate?.spec ?? {}, old?.jobTemplate?.spec),
    ...HISTORY.flatMap((field) => nonNegative(spec[field], `spec.${field}`)),
  ]
}

function validateSchedule({ schedule, timeZone }: CronJobSpec, old: CronJobSpec | undefined): FieldError[] {
  const path = 'spec.schedule'
  if (!schedule) return [required(path)]
  const problem = scheduleProblem(schedule)
  const errors = problem === undefined ? [] : [invalidValue(path, schedule, problem)]
  if (!schedule.includes('TZ')) return errors
  if (old?.schedule?.includes('TZ') !== true) {
    const why = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'
    errors.push(invalidValue(path, schedule, why))
  } else if (timeZone !== undefined)
    errors.push(invalidValue(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'))
  return errors
}

function validateJobTemplate(spec: Partial<JobSpec>, old: Partial<JobSpec> | undefined): FieldError[] {
  const path = 'spec.jobTemplate.spec'
  const { selector, manualSelector } = spec
  const errors = validateJobSpec(spec, path, old)
  if (selector !== undefined)
    errors.push(invalidValue(`${path}.selector`, printedSelector(selector), '`selector` will be auto-generated'))
  if (manualSelector === true) errors.push(notSupported(`${path}.manualSelector`, true, ['nil', 'false']))
  return errors
}
