/** Jobs and CronJobs. A Job's selector and its labels are the server's to make. */
import type { CronJob, Job, JobSpec, PodFailurePolicyOnPodConditionsPattern } from '../generated/types.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'

const MAX_INT32 = 2 ** 31 - 1

export const batchDefaults: DefaultFunctions = {
  'io.k8s.api.batch.v1.Job': (job: Job) => {
    if (job.spec !== undefined) defaultJobSpec(job.spec)
    const labels = job.spec?.template?.metadata?.labels
    if (labels !== undefined && Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = { ...labels }
  },
  'io.k8s.api.batch.v1.CronJob': ({ spec }: CronJob) => {
    if (spec === undefined) return
    orElse(spec, 'concurrencyPolicy', 'Allow')
    ifMissing(spec, 'suspend', false)
    ifMissing(spec, 'successfulJobsHistoryLimit', 3)
    ifMissing(spec, 'failedJobsHistoryLimit', 1)
  },
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern': (pattern: PodFailurePolicyOnPodConditionsPattern) =>
    orElse(pattern, 'status', 'True'),
}

function defaultJobSpec(spec: JobSpec): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
  ifMissing(spec, 'parallelism', 1)
  ifMissing(spec, 'backoffLimit', spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32)
  ifMissing(spec, 'completionMode', 'NonIndexed')
  ifMissing(spec, 'suspend', false)
  ifMissing(spec, 'podReplacementPolicy', spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed')
  ifMissing(spec, 'manualSelector', false)
}
