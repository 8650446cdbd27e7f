/** Which Jobs that have ended a CronJob need not keep. Source: k8s.io/kubernetes v1.34, pkg/controller/cronjob
 *  (cleanupFinishedJobs). */
import type { k8s } from '../../api/index.ts'
import { finishedCondition } from '../objects/index.ts'

/** The oldest beyond the limits, those that succeeded first. */
export function expiredJobs({ spec }: k8s.CronJob, jobs: readonly k8s.Job[]): k8s.Job[] {
  const limits = [
    ['Complete', spec.successfulJobsHistoryLimit],
    ['Failed', spec.failedJobsHistoryLimit],
  ] as const
  return limits.flatMap(([type, limit]) => {
    const ended = jobs.filter(
      (job) => job.metadata.deletionTimestamp === undefined && finishedCondition(job)?.type === type,
    )
    return limit === undefined ? [] : ended.toSorted(byStart).slice(0, Math.max(0, ended.length - limit))
  })
}

/** Those that never started come last. */
function byStart(a: k8s.Job, b: k8s.Job): number {
  const [left, right] = [a.status?.startTime, b.status?.startTime].map((time) => (time ? Date.parse(time) : Infinity))
  return left === right ? a.metadata.name.localeCompare(b.metadata.name) : (left ?? 0) - (right ?? 0)
}
