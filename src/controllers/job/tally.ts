/** What one round of the Job controller decides from: a Job, its pods, and what follows from counting them.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/job (syncJob). */
import type { k8s } from '../../api/index.ts'
import { isPodActive, isPodReady, isPodTerminal } from '../objects/index.ts'
import { judgeFailure } from './failure-policy.ts'
import { isTracked } from './finalizer.ts'
import { count, includes, type Intervals, intervalsOf, parseIntervals, unite } from './intervals.ts'
import { finishedMs, isFailed, isSucceeded } from './pod-end.ts'
import { allIndexFailures, indexesOf, indexFailures, validIndex } from './pod-index.ts'
import { completionsOf, isIndexed } from './spec.ts'

export interface Round {
  job: k8s.Job
  /** All pods of the Job that are known. */
  pods: readonly k8s.Pod[]
  /** Uids of those that only seem to have the finalizer still. */
  released: ReadonlySet<string>
  nowMs: number
}

export interface Tally {
  active: readonly k8s.Pod[]
  terminating: readonly k8s.Pod[]
  ready: number
  /** Ended, with the status not saying so yet. */
  newlySucceeded: readonly k8s.Pod[]
  newlyFailed: readonly k8s.Pod[]
  /** Of all pods there ever were; of indexes where the Job has them. */
  succeeded: number
  /** Without failures that are ignored. */
  failed: number
  indexes?: IndexTally
}

export interface IndexTally {
  completedBefore: Intervals
  completed: Intervals
  /** Only where indexes have back-off limits of their own. */
  failed?: Intervals
  /** By index: the failed pod that must stay until another is made in its place, which inherits its failure count. */
  toReplace: ReadonlyMap<number, k8s.Pod>
}

export const isCounted = ({ released }: Round, pod: k8s.Pod): boolean =>
  !isTracked(pod) || released.has(pod.metadata.uid ?? '')

export function tallyOf(round: Round): Tally {
  const { job, pods } = round
  const { succeeded = 0, failed = 0, uncountedTerminatedPods: uncounted } = job.status ?? {}
  const active = pods.filter(isPodActive)
  const open = pods.filter((pod) => !isCounted(round, pod) && (!isIndexed(job) || validIndex(job, pod) !== undefined))
  const without = (uids: readonly string[] = []) => {
    const known = new Set(uids)
    return open.filter(({ metadata }) => !known.has(metadata.uid ?? ''))
  }
  const newlySucceeded = without(uncounted?.succeeded).filter(isSucceeded)
  const newlyFailed = without(uncounted?.failed).filter((pod) => isFailed(job, pod))
  const counting = newlyFailed.filter((pod) => judgeFailure(job.spec.podFailurePolicy, pod).counts)
  const indexes = isIndexed(job) ? indexTallyOf(round, { active, open }) : undefined
  return {
    active,
    terminating: pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod)),
    ready: active.filter(isPodReady).length,
    newlySucceeded,
    newlyFailed,
    succeeded: indexes
      ? count(indexes.completed)
      : succeeded + newlySucceeded.length + (uncounted?.succeeded?.length ?? 0),
    failed: failed + counting.length + (uncounted?.failed?.length ?? 0),
    ...(indexes && { indexes }),
  }
}

function indexTallyOf(
  { job, pods }: Round,
  { active, open }: { active: readonly k8s.Pod[]; open: readonly k8s.Pod[] },
): IndexTally {
  const tracked = pods.filter(isTracked)
  const indexes = (chosen: readonly k8s.Pod[]) =>
    intervalsOf(chosen.map((pod) => validIndex(job, pod)).filter((index) => index !== undefined))
  const completions = completionsOf(job)
  const completedBefore = parseIntervals(job.status?.completedIndexes, completions)
  const completed = unite(completedBefore, indexes(tracked.filter(isSucceeded)))
  if (job.spec.backoffLimitPerIndex === undefined) return { completedBefore, completed, toReplace: new Map() }
  const failedBefore = parseIntervals(job.status?.failedIndexes, completions)
  const failed = unite(failedBefore, indexes(tracked.filter((pod) => failsIndex(job, pod))))
  const settled = unite(unite(completed, failed), intervalsOf(indexesOf(active)))
  const toReplace = new Map<number, k8s.Pod>()
  for (const pod of open.filter((candidate) => isFailed(job, candidate))) {
    const index = validIndex(job, pod)
    if (index === undefined || includes(settled, index)) continue
    const other = toReplace.get(index)
    if (other === undefined || isLaterFailure(pod, other)) toReplace.set(index, pod)
  }
  return { completedBefore, completed, failed, toReplace }
}

/** Whether no other pod is tried after this one. */
function failsIndex(job: k8s.Job, pod: k8s.Pod): boolean {
  if (!isFailed(job, pod)) return false
  const { action, counts } = judgeFailure(job.spec.podFailurePolicy, pod)
  return action === 'FailIndex' || (counts && indexFailures(pod) >= (job.spec.backoffLimitPerIndex ?? 0))
}

const isLaterFailure = (pod: k8s.Pod, than: k8s.Pod) =>
  allIndexFailures(pod) >= allIndexFailures(than) && finishedMs(pod) >= finishedMs(than)
