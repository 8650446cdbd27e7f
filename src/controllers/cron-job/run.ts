/** Wires the CronJob controller: which changes ask for which CronJobs. */
import { type k8s, keyOf, resources, ScheduleError } from '../../api/index.ts'
import { type ChangeEvent, runController, source } from '../../client/index.ts'
import type { WorkQueue } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import { controllerKey, dependentsOf, SupersededVersions } from '../objects/index.ts'
import type { CronJobController } from './controller.ts'
import { msUntilNext } from './due.ts'
import { reconcileCronJob } from './reconcile.ts'
import { scheduleOf } from './schedule-of.ts'

const CONCURRENCY = 5

export async function runCronJobController(context: ControllerContext): Promise<void> {
  const { client, clock, informers, logger, signal } = context
  const [cronJobs, jobs] = await Promise.all([informers.of(resources.cronjobs), informers.of(resources.jobs)])
  const controller: CronJobController = {
    client,
    clock,
    cronJobs,
    jobs: dependentsOf(jobs),
    superseded: new SupersededVersions(),
    record: context.events.for('cronjob-controller'),
  }

  /** One whose schedule changes is looked at when it is due by the new one: what would have been due by that does not
   *  count. */
  const follow = (queue: WorkQueue) => {
    const undo = cronJobs.onChange((change) => {
      const delayMs = isRescheduled(change) ? msUntilDue(change.object, clock.now()) : 0
      if (delayMs !== undefined) queue.addAfter(keyOf(change.object), delayMs)
    })
    signal.addEventListener('abort', undo, { once: true })
  }

  await runController({
    name: 'cronjob',
    clock,
    logger,
    signal,
    concurrency: CONCURRENCY,
    sources: [
      source(jobs, (job) => {
        const key = controllerKey(job, resources.cronjobs)
        return key === undefined ? [] : [key]
      }),
    ],
    onQueue: follow,
    reconcile: (key) => reconcileCronJob(controller, key),
  })
}

function isRescheduled({ object, old }: ChangeEvent<k8s.CronJob>): boolean {
  if (old === undefined) return false
  return old.spec.schedule !== object.spec.schedule || old.spec.timeZone !== object.spec.timeZone
}

function msUntilDue(cronJob: k8s.CronJob, nowMs: number): number | undefined {
  try {
    return msUntilNext(cronJob, scheduleOf(cronJob), nowMs)
  } catch (error) {
    // The reconciliation says so.
    if (error instanceof ScheduleError) return 0
    throw error
  }
}
