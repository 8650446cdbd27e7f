/** Brings a Job's pods to what it asks for and counts those that have ended: claim, judge, create or delete, count,
 *  report. Source: k8s.io/kubernetes v1.34, pkg/controller/job (syncJob). */
import { type k8s, parseKey, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { claimObjects, isJobFinished, isPodReady } from '../objects/index.ts'
import { suspension, withJobCondition } from './conditions.ts'
import type { JobControl, JobController } from './controller.ts'
import { completionOf, type Ending, endingOf, msUntilDeadline } from './ending.ts'
import { type FailureRecord, nextRecord } from './failure-backoff.ts'
import { TRACKING_FINALIZER } from './finalizer.ts'
import { createPods, deletePods, type Outcome } from './manage-pods.ts'
import { type PodPlan, planPods } from './plan-pods.ts'
import { isManagedElsewhere, isSuspended } from './spec.ts'
import { type Round, type Tally, tallyOf } from './tally.ts'
import { writeFindings } from './write-status.ts'

/** Resolves to the milliseconds after which a deadline or back-off must be looked at, if there is one. */
export async function reconcileJob(controller: JobController, key: string): Promise<number | undefined> {
  const control: JobControl = { ...controller, key }
  const cached = controller.jobs.get(parseKey(key))
  if (cached === undefined || isJobFinished(cached)) return forget(control)
  if (isManagedElsewhere(cached) || controller.superseded.isOld(key, cached)) return undefined

  const isSettled = await controller.pending.settled(key, cached.metadata.namespace ?? '')
  const round = await roundOf(control, cached)
  const tally = tallyOf(round)
  const failures = nextRecord(controller.failures.get(key), {
    succeeded: tally.newlySucceeded,
    failed: tally.newlyFailed,
  })
  const ending = endingOf(round, tally)
  const step =
    ending === undefined
      ? await goOn(control, round, { tally, failures, isSettled })
      : await end(control, round, { tally, ending, isSettled })
  await writeFindings(control, { job: cached, round, tally, failures, status: step.status, ending: step.ending })
  if (step.failure !== undefined) throw step.failure
  const waits = [step.waitMs, msUntilDeadline(round.job, round.nowMs)].filter((ms) => ms !== undefined && ms > 0)
  return waits.length === 0 ? undefined : Math.min(...(waits as number[]))
}

interface Step {
  status: k8s.JobStatus
  ending: Ending | undefined
  failure?: unknown
  waitMs?: number
}

function forget({ key, pending, released, superseded, failures }: JobControl): undefined {
  pending.forget(key)
  released.forget(key)
  superseded.forget(key)
  failures.forget(key)
}

async function roundOf(control: JobControl, cached: k8s.Job): Promise<Round> {
  const nowMs = control.clock.now()
  const owned = control.pods.ownedBy(cached)
  const pods = await claimObjects({
    client: control.client,
    owner: cached,
    ownerResource: resources.jobs,
    selector: cached.spec.selector ?? {},
    resource: resources.pods,
    candidates: control.pods.claimableBy(cached),
    finalizer: TRACKING_FINALIZER,
  })
  return { job: started(cached, nowMs), pods, released: control.released.among(control.key, owned), nowMs }
}

/** With the time of its first start, once it may start. */
function started(job: k8s.Job, nowMs: number): k8s.Job {
  if (job.status?.startTime !== undefined || isSuspended(job)) return job
  return { ...job, status: { ...job.status, startTime: toKubernetesTime(nowMs) } }
}

/** The Job is over: no pod goes on. It can be said when all that are known are on their way, and all are known. */
async function end(
  control: JobControl,
  { job }: Round,
  { tally, ending, isSettled }: { tally: Tally; ending: Ending; isSettled: boolean },
): Promise<Step> {
  const outcome = await deletePods(control, job, { pods: tally.active, as: 'tracked' })
  const isSure = isSettled && outcome.deleted.length === tally.active.length
  return {
    status: statusAfter(job, tally, outcome),
    ending: isSure ? ending : undefined,
    failure: outcome.failure,
  }
}

async function goOn(
  control: JobControl,
  round: Round,
  { tally, failures, isSettled }: { tally: Tally; failures: FailureRecord; isSettled: boolean },
): Promise<Step> {
  const { job } = round
  const isManaged = isSettled && job.metadata.deletionTimestamp === undefined
  const plan: PodPlan = isManaged ? planPods(round, tally, failures) : { do: 'nothing' }
  const outcome = await carryOut(control, job, { plan, tally })
  const status = statusAfter(job, tally, outcome)
  const ending = completionOf(job, tally.succeeded, status.active ?? 0)
  return {
    status: isManaged && ending === undefined ? withSuspension(control, round, status) : status,
    ending,
    failure: outcome.failure,
    ...(plan.do === 'wait' && { waitMs: plan.ms }),
  }
}

async function carryOut(
  control: JobControl,
  job: k8s.Job,
  { plan, tally }: { plan: PodPlan; tally: Tally },
): Promise<Outcome> {
  if (plan.do === 'remove') return await deletePods(control, job, { pods: plan.pods, as: 'released' })
  if (plan.do === 'create') return await createPods(control, job, { indexes: plan.indexes, tally })
  return { created: 0, deleted: [] }
}

function statusAfter(job: k8s.Job, tally: Tally, { created, deleted }: Outcome): k8s.JobStatus {
  return {
    ...job.status,
    active: tally.active.length + created - deleted.length,
    ready: tally.ready - deleted.filter(isPodReady).length,
    terminating: tally.terminating.length + deleted.length,
  }
}

/** A Job that is resumed starts from anew: it has all of its time. */
function withSuspension({ record }: JobControl, { job, nowMs }: Round, status: k8s.JobStatus): k8s.JobStatus {
  const now = toKubernetesTime(nowMs)
  const before = status.conditions ?? []
  const wording = suspension(isSuspended(job))
  const conditions = withJobCondition(before, wording, now)
  if (conditions === before) return status
  const reason = isSuspended(job) ? 'Suspended' : 'Resumed'
  record({ regarding: job, type: 'Normal', reason, message: wording.message })
  return { ...status, conditions: [...conditions], ...(!isSuspended(job) && { startTime: now }) }
}
