/** How the runs of scheduled processes went, from their Jobs and pods; and when the next is. Pure. */
import { type k8s, nextTime, parseSchedule, PROCESS_LABEL, ScheduleError } from '../../api/index.ts'
import type { ScheduledProcess } from './scheduled-process.ts'

export interface CronRun {
  /** The Job's name. */
  job: string
  state: 'running' | 'succeeded' | 'failed'
  /** RFC 3339. */
  startedAt?: string | undefined
  endedAt?: string | undefined
  /** Of its command; unknown once its pod is gone. */
  exitCode?: number | undefined
  /** Why it failed, in Kubernetes' word: `OOMKilled`, `BackoffLimitExceeded`. */
  reason?: string | undefined
}

/** By process, the newest first. `jobs` and `pods` are those of one app. */
export function runsByProcess(jobs: readonly k8s.Job[], pods: readonly k8s.Pod[]): ReadonlyMap<string, CronRun[]> {
  const ofCron = jobs.filter(({ metadata }) => metadata.ownerReferences?.some(({ kind }) => kind === 'CronJob'))
  const byProcess = Map.groupBy(
    ofCron.toSorted((a, b) => startOf(b) - startOf(a)),
    ({ metadata }) => metadata.labels?.[PROCESS_LABEL] ?? '',
  )
  return new Map([...byProcess].map(([process, its]) => [process, its.map((job) => runOf(job, pods))]))
}

const startOf = ({ metadata, status }: k8s.Job): number =>
  Date.parse(status?.startTime ?? metadata.creationTimestamp ?? '') || 0

/** Undefined while it runs. */
export const endOf = ({ status }: k8s.Job): k8s.JobCondition | undefined =>
  status?.conditions?.find(({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True')

export function runOf(job: k8s.Job, pods: readonly k8s.Pod[]): CronRun {
  const { metadata, status } = job
  const end = endOf(job)
  const run = { job: metadata.name, startedAt: status?.startTime ?? metadata.creationTimestamp }
  if (end === undefined) return { ...run, state: 'running' }
  const endedAt = status?.completionTime ?? end.lastTransitionTime
  const ended = terminationOf(job, pods)
  if (end.type === 'Complete') return { ...run, state: 'succeeded', endedAt, exitCode: ended?.exitCode }
  const reason = ended?.reason !== undefined && ended.reason !== 'Error' ? ended.reason : end.reason
  return { ...run, state: 'failed', endedAt, exitCode: ended?.exitCode, reason }
}

/** How the last of a Job's pods ended. */
function terminationOf({ metadata }: k8s.Job, pods: readonly k8s.Pod[]): k8s.ContainerStateTerminated | undefined {
  const own = pods.filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid))
  const ends = own.flatMap(({ status }) => status?.containerStatuses?.[0]?.state?.terminated ?? [])
  return ends.toSorted((a, b) => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? '')).at(-1)
}

/** Epoch milliseconds; undefined when there is none to come. */
export function nextRun({ schedule, timeZone }: ScheduledProcess, nowMs: number): number | undefined {
  try {
    return nextTime(parseSchedule(timeZone === undefined ? schedule : `TZ=${timeZone} ${schedule}`), nowMs)
  } catch (error) {
    if (error instanceof ScheduleError) return undefined
    throw error
  }
}
