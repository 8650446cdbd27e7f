/** Which pods a Job that goes on should have more or fewer of.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/job (manageJob). */
import type { k8s } from '../../api/index.ts'
import { podsToDelete } from '../replicaset/rank-pods.ts'
import { type FailureRecord, msUntilIndexRetry, msUntilRetry } from './failure-backoff.ts'
import { firstOthers, intervalsOf, unite } from './intervals.ts'
import { indexesOf, validIndex } from './pod-index.ts'
import { completionsOf, isIndexed, isSuspended, replacesOnlyFailed } from './spec.ts'
import type { IndexTally, Round, Tally } from './tally.ts'

export type PodPlan =
  | { do: 'nothing' }
  /** They are given up: they don't count as failed. */
  | { do: 'remove'; pods: readonly k8s.Pod[] }
  /** A pod for each; undefined where the Job has no indexes. */
  | { do: 'create'; indexes: readonly (number | undefined)[] }
  /** Until the back-off of a failure is over. */
  | { do: 'wait'; ms: number }

/** At most so many pods are created or removed in one round. Source: MaxPodCreateDeletePerSync. */
const MAX_PODS_PER_ROUND = 500
const SHORTEST_WAIT_MS = 1000

export function planPods(round: Round, tally: Tally, record: FailureRecord): PodPlan {
  const { job, nowMs } = round
  const { active, terminating } = tally
  if (isSuspended(job)) return active.length === 0 ? { do: 'nothing' } : { do: 'remove', pods: active }
  const wanted = wantedActive(job, tally)
  const surplus = surplusPods(round, active, Math.max(0, active.length - wanted))
  if (surplus.length > 0) return { do: 'remove', pods: surplus.slice(0, MAX_PODS_PER_ROUND) }
  const held = replacesOnlyFailed(job) ? terminating.length : 0
  const missing = Math.min(wanted - held - active.length, MAX_PODS_PER_ROUND)
  if (missing <= 0) return { do: 'nothing' }
  // Where indexes have limits of their own, they wait for themselves.
  const waitMs = job.spec.backoffLimitPerIndex === undefined ? msUntilRetry(record, nowMs) : 0
  if (waitMs > 0) return { do: 'wait', ms: Math.max(waitMs, SHORTEST_WAIT_MS) }
  if (tally.indexes === undefined) return { do: 'create', indexes: Array<undefined>(missing).fill(undefined) }
  return planIndexes(round, tally, { ...tally.indexes, missing })
}

function wantedActive({ spec }: k8s.Job, { active, succeeded }: Tally): number {
  const parallelism = spec.parallelism ?? 1
  if (spec.completions !== undefined) return Math.max(0, Math.min(spec.completions - succeeded, parallelism))
  // After the first success, what still runs may come to its end.
  return succeeded > 0 ? active.length : parallelism
}

function planIndexes(
  { job, nowMs }: Round,
  { active, terminating }: Tally,
  { completed, failed = [], toReplace, missing }: IndexTally & { missing: number },
): PodPlan {
  const inHand = indexesOf(replacesOnlyFailed(job) ? [...active, ...terminating] : active)
  const taken = unite(unite(completed, failed), intervalsOf(inHand))
  const indexes = firstOthers(taken, missing, completionsOf(job))
  const waits = indexes.map((index) => msUntilIndexRetry(toReplace.get(index), nowMs))
  const ready = indexes.filter((_, position) => waits[position] === 0)
  if (ready.length > 0) return { do: 'create', indexes: ready }
  return waits.length === 0 ? { do: 'nothing' } : { do: 'wait', ms: Math.max(Math.min(...waits), SHORTEST_WAIT_MS) }
}

/** At least `atLeast` of the active pods; of an Indexed Job also those that share their index, or have none it needs. */
function surplusPods({ job, nowMs }: Round, active: readonly k8s.Pod[], atLeast: number): k8s.Pod[] {
  const choose = (pods: readonly k8s.Pod[], count: number) => podsToDelete({ pods, related: [], count, nowMs })
  if (!isIndexed(job)) return choose(active, atLeast)
  const surplus: k8s.Pod[] = []
  const kept: k8s.Pod[] = []
  for (const [index, pods] of Map.groupBy(active, (pod) => validIndex(job, pod))) {
    const gone = index === undefined ? pods : choose(pods, pods.length - 1)
    surplus.push(...gone)
    kept.push(...pods.filter((pod) => !gone.includes(pod)))
  }
  return [...surplus, ...choose(kept, Math.max(0, atLeast - surplus.length))]
}
