/** What has become of a CronJob's Jobs: those that ended or vanished are active no longer.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/cronjob (syncCronJob). */
import { isApiError, type k8s, type ObjectRef, resources } from '../../api/index.ts'
import { finishedCondition } from '../objects/index.ts'
import type { CronJobController } from './controller.ts'

export function withoutActive(status: k8s.CronJobStatus, uid: string | undefined): k8s.CronJobStatus {
  return { ...status, active: status.active?.filter((reference) => reference.uid !== uid) }
}

export const isActive = (status: k8s.CronJobStatus, job: k8s.Job): boolean =>
  status.active?.some(({ uid }) => uid === job.metadata.uid) === true

/** The status after that. */
export async function followJobs(
  controller: CronJobController,
  cronJob: k8s.CronJob,
  { jobs, status: before }: { jobs: readonly k8s.Job[]; status: k8s.CronJobStatus },
): Promise<k8s.CronJobStatus> {
  const { record } = controller
  let status = before
  for (const job of jobs) {
    const end = finishedCondition(job)
    const known = isActive(status, job)
    if (end !== undefined && known) {
      const message = `Saw completed job: ${job.metadata.name}, condition: ${end.type}`
      record({ regarding: cronJob, type: 'Normal', reason: 'SawCompletedJob', message })
      status = withoutActive(status, job.metadata.uid)
    }
    if (end?.type === 'Complete') status = withSuccess(status, job)
    if (end === undefined && !known && !(await isKnownByNow(controller, cronJob, job))) {
      const message = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`
      record({ regarding: cronJob, type: 'Warning', reason: 'UnexpectedJob', message })
    }
  }
  const present = new Set(jobs.map(({ metadata }) => metadata.uid))
  for (const reference of status.active ?? []) {
    if (present.has(reference.uid) || (await exists(controller, reference))) continue
    const message = `Active job went missing: ${reference.name}`
    record({ regarding: cronJob, type: 'Normal', reason: 'MissingJob', message })
    status = withoutActive(status, reference.uid)
  }
  return status
}

function withSuccess(status: k8s.CronJobStatus, job: k8s.Job): k8s.CronJobStatus {
  const [last, time] = [status.lastSuccessfulTime, job.status?.completionTime]
  const isLater = time !== undefined && (last === undefined || Date.parse(time) > Date.parse(last))
  return isLater ? { ...status, lastSuccessfulTime: time } : status
}

/** The cache may lag behind. */
async function isKnownByNow({ client }: CronJobController, cronJob: k8s.CronJob, job: k8s.Job): Promise<boolean> {
  const fresh = await client.get(resources.cronjobs, cronJob.metadata)
  return isActive(fresh.status ?? {}, job)
}

async function exists({ client }: CronJobController, { namespace, name = '' }: k8s.ObjectReference): Promise<boolean> {
  const ref: ObjectRef = { namespace, name }
  try {
    await client.get(resources.jobs, ref)
    return true
  } catch (error) {
    if (isApiError(error, 'NotFound')) return false
    throw error
  }
}
