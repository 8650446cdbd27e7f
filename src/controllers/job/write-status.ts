/** Writes what a round has found: first which pods are being counted, then, when they have lost their finalizers, the
 *  counts, and that the Job is over. */
import { type k8s, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { semanticallyEqual } from '../objects/index.ts'
import { account, hasUncounted, settle, uidOf } from './accounting.ts'
import { ended, ending as endingCondition, withJobCondition } from './conditions.ts'
import type { JobControl } from './controller.ts'
import type { Ending } from './ending.ts'
import type { FailureRecord } from './failure-backoff.ts'
import { release } from './manage-pods.ts'
import { isCounted, type Round, type Tally } from './tally.ts'

export interface Findings {
  /** As it is written down. */
  job: k8s.Job
  round: Round
  tally: Tally
  /** Apart from what is counted. */
  status: k8s.JobStatus
  ending: Ending | undefined
  failures: FailureRecord
}

export async function writeFindings(control: JobControl, findings: Findings): Promise<void> {
  const { round, tally, ending } = findings
  const now = toKubernetesTime(round.nowMs)
  const accounting = account(round, tally, findings)
  const conditions = accounting.status.conditions ?? []
  const noted = {
    ...accounting.status,
    conditions: ending ? [...withJobCondition(conditions, endingCondition(ending), now)] : conditions,
  }
  const job = await writeStatus(control, findings.job, noted)
  control.failures.set(control.key, findings.failures)

  const outcomes = await Promise.allSettled(accounting.release.map((pod) => release(control, pod)))
  const gone = new Set(accounting.release.filter((_, at) => outcomes[at]?.status === 'fulfilled').map(uidOf))
  const tracked = round.pods.filter((pod) => !isCounted(round, pod)).map(uidOf)
  const counted = settle(noted, new Set(tracked.filter((uid) => !gone.has(uid))))
  const isOver = ending !== undefined && !accounting.isPartial && !hasUncounted(counted) && !counted.terminating
  await writeStatus(control, job, isOver ? finished(counted, ending, now) : counted)
  if (isOver) recordEnd(control, job, { ending, succeeded: counted.succeeded ?? 0 })
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

function finished(status: k8s.JobStatus, ending: Ending, now: string): k8s.JobStatus {
  return {
    ...status,
    conditions: [...withJobCondition(status.conditions ?? [], ended(ending), now)],
    ...(ending.outcome === 'succeeded' && { completionTime: now }),
  }
}

async function writeStatus(control: JobControl, job: k8s.Job, status: k8s.JobStatus): Promise<k8s.Job> {
  const next = withoutZeros(status)
  if (semanticallyEqual(next, withoutZeros(job.status ?? {}))) return job
  const written = await control.client.updateStatus(resources.jobs, { ...job, status: next })
  control.superseded.wrote(control.key, job, written)
  return written
}

/** As the server keeps it: counts of none are left out. */
function withoutZeros({ active, succeeded, failed, ...status }: k8s.JobStatus): k8s.JobStatus {
  return { ...status, ...(active && { active }), ...(succeeded && { succeeded }), ...(failed && { failed }) }
}

function recordEnd(
  { record }: JobControl,
  job: k8s.Job,
  { ending, succeeded }: { ending: Ending; succeeded: number },
): void {
  if (ending.outcome === 'failed')
    return record({ regarding: job, type: 'Warning', reason: ending.reason, message: ending.message })
  if (succeeded > (job.spec.completions ?? Infinity)) {
    const message = 'Too many succeeded pods running after completion count reached'
    record({ regarding: job, type: 'Warning', reason: 'TooManySucceededPods', message })
  }
  record({ regarding: job, type: 'Normal', reason: 'Completed', message: 'Job completed' })
}
