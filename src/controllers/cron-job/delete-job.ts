/** Deletes a Job of a CronJob, with its pods. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { CronJobController } from './controller.ts'
import { withoutActive } from './follow-jobs.ts'

/** The status without it; undefined when it could not be deleted. */
export async function deleteJob(
  { client, record }: CronJobController,
  cronJob: k8s.CronJob,
  { job, status }: { job: k8s.Job; status: k8s.CronJobStatus },
): Promise<k8s.CronJobStatus | undefined> {
  const { name, uid } = job.metadata
  try {
    await client.delete(resources.jobs, job.metadata, {
      propagationPolicy: 'Background',
      ...(uid !== undefined && { preconditions: { uid } }),
    })
    record({ regarding: cronJob, type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${name}` })
  } catch (error) {
    // Gone already, or another of that name by now.
    if (!isApiError(error, 'NotFound', 'Conflict')) {
      const message = `Deleted job: ${errorMessage(error)}`
      record({ regarding: cronJob, type: 'Warning', reason: 'FailedDelete', message })
      return undefined
    }
  }
  return withoutActive(status, uid)
}
