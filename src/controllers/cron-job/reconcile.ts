/** Starts a CronJob's Jobs at their times: drop history, follow the Jobs there are, start the one that is due, report.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/cronjob (sync). */
import { type k8s, parseKey, resources, type Schedule, ScheduleError, timeZoneProblem } from '../../api/index.ts'
import { semanticallyEqual } from '../objects/index.ts'
import type { CronJobController } from './controller.ts'
import { deleteJob } from './delete-job.ts'
import { dueOf, msUntilNext } from './due.ts'
import { followJobs } from './follow-jobs.ts'
import { expiredJobs } from './history.ts'
import { namesZone, scheduleOf } from './schedule-of.ts'
import { type Started, startJob } from './start-job.ts'

/** Resolves to the milliseconds until the next start, if one is to come. */
export async function reconcileCronJob(controller: CronJobController, key: string): Promise<number | undefined> {
  const cronJob = controller.cronJobs.get(parseKey(key))
  if (cronJob === undefined) {
    controller.superseded.forget(key)
    return undefined
  }
  if (controller.superseded.isOld(key, cronJob)) return undefined
  const jobs = controller.jobs.ownedBy(cronJob)
  const kept = await dropHistory(controller, cronJob, jobs)
  const status = await followJobs(controller, cronJob, { jobs, status: kept })
  const schedule = activeSchedule(controller, cronJob)
  const nowMs = controller.clock.now()
  const started: Started & { waitMs?: number | undefined } =
    schedule === undefined ? { status } : await startDue(controller, { ...cronJob, status }, { schedule, nowMs })
  if (!semanticallyEqual(started.status, cronJob.status)) {
    const written = await controller.client.updateStatus(resources.cronjobs, { ...cronJob, status: started.status })
    controller.superseded.wrote(key, cronJob, written)
  }
  if (started.failure !== undefined) throw started.failure
  return started.waitMs
}

async function dropHistory(
  controller: CronJobController,
  cronJob: k8s.CronJob,
  jobs: readonly k8s.Job[],
): Promise<k8s.CronJobStatus> {
  let status = cronJob.status ?? {}
  for (const job of expiredJobs(cronJob, jobs))
    status = (await deleteJob(controller, cronJob, { job, status })) ?? status
  return status
}

/** Nothing when no Job is to be started, whatever the time. */
function activeSchedule({ record }: CronJobController, cronJob: k8s.CronJob): Schedule | undefined {
  const { schedule, timeZone, suspend } = cronJob.spec
  if (cronJob.metadata.deletionTimestamp !== undefined) return undefined
  const warn = (reason: string, message: string) => record({ regarding: cronJob, type: 'Warning', reason, message })
  const problem = timeZone === undefined ? undefined : timeZoneProblem(timeZone)
  if (problem !== undefined) {
    warn('UnknownTimeZone', `invalid timeZone: ${JSON.stringify(timeZone)}: ${problem}`)
    return undefined
  }
  if (suspend === true) return undefined
  if (namesZone(schedule)) {
    const where = 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/'
    const why = `CRON_TZ or TZ used in schedule ${JSON.stringify(schedule)} is not officially supported`
    warn('UnsupportedSchedule', `${why}, see ${where} for more details`)
  }
  try {
    return scheduleOf(cronJob)
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error
    warn('UnparseableSchedule', `unparseable schedule: ${JSON.stringify(schedule)} : ${error.message}`)
    return undefined
  }
}

/** `cronJob` has the status as it will be. */
async function startDue(
  controller: CronJobController,
  cronJob: k8s.CronJob,
  { schedule, nowMs }: { schedule: Schedule; nowMs: number },
): Promise<Started & { waitMs?: number | undefined }> {
  const { dueMs, hasMissedMany, problem } = dueOf(cronJob, schedule, nowMs)
  const { status = {} } = cronJob
  const warn = (reason: string, message: string) =>
    controller.record({ regarding: cronJob, type: 'Warning', reason, message })
  if (problem !== undefined) {
    warn('InvalidSchedule', `invalid schedule: ${cronJob.spec.schedule} : ${problem}`)
    return { status }
  }
  if (dueMs === undefined) return { status, waitMs: msUntilNext(cronJob, schedule, nowMs) }
  if (hasMissedMany) {
    const why = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew'
    warn('TooManyMissedTimes', why)
  }
  const started = await startJob(controller, cronJob, { dueMs, nowMs, status })
  return { ...started, waitMs: msUntilNext({ ...cronJob, status: started.status }, schedule, nowMs) }
}
