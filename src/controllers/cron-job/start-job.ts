/** Starts the Job that is due, unless its time is over, it was started already, or another is still running.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/cronjob (syncCronJob). */
import { apiVersionOf, isApiError, type k8s, resources } from '../../api/index.ts'
import { errorMessage, toKubernetesTime } from '../../lib/index.ts'
import { isControlledBy } from '../objects/index.ts'
import { isNamespaceTerminating } from '../pods/index.ts'
import type { CronJobController } from './controller.ts'
import { deleteJob } from './delete-job.ts'
import { isActive } from './follow-jobs.ts'
import { jobFor, jobName } from './job-from-template.ts'

export interface Start {
  /** When it should have been started. */
  dueMs: number
  nowMs: number
  /** Before; what comes of it is passed on even when the start fails. */
  status: k8s.CronJobStatus
}

export interface Started {
  status: k8s.CronJobStatus
  failure?: unknown
}

export async function startJob(controller: CronJobController, cronJob: k8s.CronJob, start: Start): Promise<Started> {
  const { dueMs, nowMs, status } = start
  const { record } = controller
  const { startingDeadlineSeconds: deadline, concurrencyPolicy } = cronJob.spec
  const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    record({ regarding: cronJob, type, reason, message })
  if (deadline !== undefined && dueMs + deadline * 1000 < nowMs) {
    // Source: Go's time.RFC1123Z.
    const at = new Date(dueMs).toUTCString().replace('GMT', '+0000')
    say('Warning', 'MissSchedule', `Missed scheduled time to start a job: ${at}`)
    return { status }
  }
  if (isStarted(cronJob, start)) return { status }
  const active = status.active ?? []
  if (concurrencyPolicy === 'Forbid' && active.length > 0) {
    const why = 'Not starting job because prior execution is running and concurrency policy is Forbid'
    say('Normal', 'JobAlreadyActive', why)
    return { status }
  }
  const replaced = concurrencyPolicy === 'Replace' ? await endActive(controller, cronJob, status) : { status }
  if (replaced.failure !== undefined) return replaced
  return await createJob(controller, cronJob, { ...start, status: replaced.status })
}

function isStarted(cronJob: k8s.CronJob, { dueMs, status }: Start): boolean {
  const name = jobName(cronJob, dueMs)
  return (
    Date.parse(status.lastScheduleTime ?? '') === dueMs ||
    status.active?.some((active) => active.name === name) === true
  )
}

async function endActive(
  controller: CronJobController,
  cronJob: k8s.CronJob,
  before: k8s.CronJobStatus,
): Promise<Started> {
  let status = before
  for (const { namespace, name = '' } of before.active ?? []) {
    try {
      const job = await controller.client.get(resources.jobs, { namespace, name })
      const after = await deleteJob(controller, cronJob, { job, status })
      if (after === undefined) return { status, failure: new Error(`could not replace job ${namespace}/${name}`) }
      status = after
    } catch (failure) {
      const message = `Get job: ${errorMessage(failure)}`
      controller.record({ regarding: cronJob, type: 'Warning', reason: 'FailedGet', message })
      return { status, failure }
    }
  }
  return { status }
}

async function createJob(
  { client, record }: CronJobController,
  cronJob: k8s.CronJob,
  { dueMs, status }: Start,
): Promise<Started> {
  const wanted = jobFor(cronJob, dueMs)
  let job: k8s.Job
  try {
    job = await client.create(resources.jobs, wanted)
    const message = `Created job ${job.metadata.name}`
    record({ regarding: cronJob, type: 'Normal', reason: 'SuccessfulCreate', message })
  } catch (failure) {
    if (isNamespaceTerminating(failure)) return { status, failure }
    if (!isApiError(failure, 'AlreadyExists')) {
      const message = `Error creating job: ${errorMessage(failure)}`
      record({ regarding: cronJob, type: 'Warning', reason: 'FailedCreate', message })
      return { status, failure }
    }
    // Made before the controller could write it down; or somebody else's, who then has his reasons.
    job = await client.get(resources.jobs, wanted.metadata)
    if (!isControlledBy(job, cronJob) || isActive(status, job)) return { status }
  }
  const { name, namespace, uid, resourceVersion } = job.metadata
  const { kind } = resources.jobs
  const reference = { apiVersion: apiVersionOf(resources.jobs), kind, name, namespace, uid, resourceVersion }
  return {
    status: {
      ...status,
      active: [...(status.active ?? []), reference],
      lastScheduleTime: toKubernetesTime(dueMs),
    },
  }
}
