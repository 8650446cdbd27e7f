/** Which start of a CronJob is due, and when to look again. Source: k8s.io/kubernetes v1.34, pkg/controller/cronjob
 *  (mostRecentScheduleTime, nextScheduleTimeDuration). Times are epoch milliseconds. */
import { type k8s, nextTime, type Schedule } from '../../api/index.ts'

/** Clocks of nodes differ: a job is started a little after its time rather than before. */
const DELAY_MS = 100
const MANY = 100

export interface Due {
  /** The most recent time at which a Job should have been started; nothing when none is due. */
  dueMs?: number
  /** Whether more than a hundred were missed. */
  hasMissedMany: boolean
  /** Why the schedule makes no sense. */
  problem?: string
}

export function dueOf(cronJob: k8s.CronJob, schedule: Schedule, nowMs: number): Due {
  const { startingDeadlineSeconds: deadline } = cronJob.spec
  const since = sinceMs(cronJob)
  // Nothing is started that is later than its deadline.
  return mostRecent(schedule, deadline === undefined ? since : Math.max(since, nowMs - deadline * 1000), nowMs)
}

/** Milliseconds until the next start; nothing when there is none to come. */
export function msUntilNext(cronJob: k8s.CronJob, schedule: Schedule, nowMs: number): number | undefined {
  const since = sinceMs(cronJob)
  const { dueMs, isNew, problem } = mostRecent(schedule, since, nowMs)
  const next = nextTime(schedule, problem === undefined ? (dueMs ?? (isNew ? since : nowMs)) : nowMs)
  return next === undefined ? undefined : next + DELAY_MS - nowMs
}

function sinceMs({ metadata, status }: k8s.CronJob): number {
  return Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? '') || 0
}

/** `isNew`: no start has been due since. */
function mostRecent(schedule: Schedule, since: number, nowMs: number): Due & { isNew: boolean } {
  const first = nextTime(schedule, since)
  const second = first === undefined ? undefined : nextTime(schedule, first)
  if (first !== undefined && nowMs < first) return { hasMissedMany: false, isNew: true }
  if (first !== undefined && second !== undefined && nowMs < second)
    return { dueMs: first, hasMissedMany: false, isNew: false }
  if (first === undefined || second === undefined) {
    const problem = 'time difference between two schedules is less than 1 second'
    return { hasMissedMany: false, isNew: true, problem }
  }
  // What lies between the first two is taken for all: from about there on, each is tried.
  const between = second - first
  const missed = Math.floor((nowMs - first) / between) + 1
  let dueMs: number | undefined
  let next = nextTime(schedule, first + (missed - 2) * between)
  while (next !== undefined && next <= nowMs) {
    dueMs = next
    next = nextTime(schedule, next)
  }
  return { ...(dueMs !== undefined && { dueMs }), hasMissedMany: missed > MANY, isNew: false }
}
