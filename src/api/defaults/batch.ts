/** Jobs and CronJobs. A Job's selector and its labels are the server's to make; a Job that says no labels shares those
 *  of its template, with what the server adds to them. */
import type { CronJob, CronJobSpec, Job, JobSpec, PodFailurePolicyOnPodConditionsPattern } from '../generated/types.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'
import { defaultTemplate } from './template.ts'

const MAX_INT32 = 2 ** 31 - 1

export const batchDefaults: DefaultFunctions = {
  'io.k8s.api.batch.v1.Job': (job: Job) => {
    defaultJobSpec((job.spec ??= {} as JobSpec))
    const labels = job.spec?.template?.metadata?.labels
    if (labels !== undefined && Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = labels
  },
  'io.k8s.api.batch.v1.CronJob': (job: CronJob) => {
    const spec = (job.spec ??= {} as CronJobSpec)
    const asked = ((spec.jobTemplate ??= {}).spec ??= {} as JobSpec)
    defaultTemplate(asked)
    orElse(spec, 'concurrencyPolicy', 'Allow')
    ifMissing(spec, 'suspend', false)
    ifMissing(spec, 'successfulJobsHistoryLimit', 3)
    ifMissing(spec, 'failedJobsHistoryLimit', 1)
  },
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern': (pattern: PodFailurePolicyOnPodConditionsPattern) =>
    orElse(pattern, 'status', 'True'),
}

function defaultJobSpec(spec: JobSpec): void {
  defaultTemplate(spec)
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
  ifMissing(spec, 'parallelism', 1)
  ifMissing(spec, 'backoffLimit', spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32)
  ifMissing(spec, 'completionMode', 'NonIndexed')
  ifMissing(spec, 'suspend', false)
  ifMissing(spec, 'podReplacementPolicy', spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed')
  ifMissing(spec, 'manualSelector', false)
}
