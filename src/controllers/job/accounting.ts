/** Counting pods that have ended, each once, whatever happens in between: a pod is first named in the status as not yet
 *  counted, then loses its finalizer, then is counted and named no longer. Of an Indexed Job's successes the indexes are
 *  enough. Source: k8s.io/kubernetes v1.34, pkg/controller/job (trackJobStatusAndRemoveFinalizers). */
import type { k8s } from '../../api/index.ts'
import type { Ending } from './ending.ts'
import { judgeFailure } from './failure-policy.ts'
import { count, formatIntervals, includes } from './intervals.ts'
import { isFailed, isSucceeded } from './pod-end.ts'
import { completionIndex, validIndex } from './pod-index.ts'
import { isIndexed } from './spec.ts'
import { isCounted, type Round, type Tally } from './tally.ts'

/** At most so many in the status: their uids are 20 KB. Source: MaxUncountedPods. */
const MAX_UNCOUNTED = 500

export interface Accounting {
  status: k8s.JobStatus
  /** Whose finalizers are to go once the status has been written. */
  release: readonly k8s.Pod[]
  /** Whether there are more, for another round. */
  isPartial: boolean
}

/** `status` with what has ended noted in it. */
export function account(
  round: Round,
  tally: Tally,
  { status, ending }: { status: k8s.JobStatus; ending: Ending | undefined },
): Accounting {
  const { job } = round
  const open = round.pods.filter((pod) => !isCounted(round, pod))
  const settled = settle(status, new Set(open.map(uidOf)))
  const known = {
    succeeded: new Set(settled.uncountedTerminatedPods?.succeeded),
    failed: new Set(settled.uncountedTerminatedPods?.failed),
  }
  const release: k8s.Pod[] = []
  const newIndexes = new Set<number>()
  const noted = () => newIndexes.size + known.succeeded.size + known.failed.size
  const inOrder = isIndexed(job) ? open.toSorted(byIndex) : open
  for (const pod of inOrder) {
    if (!mayRelease(job, pod, { tally, ending })) continue
    release.push(pod)
    const index = validIndex(job, pod)
    if (isSucceeded(pod) && !known.failed.has(uidOf(pod))) {
      if (!isIndexed(job)) known.succeeded.add(uidOf(pod))
      else if (index !== undefined && !includes(tally.indexes?.completedBefore ?? [], index)) newIndexes.add(index)
    } else if (isFailed(job, pod) || ending?.outcome === 'failed') {
      // When a Job has failed, so has every pod of it that had not ended.
      const counts = judgeFailure(job.spec.podFailurePolicy, pod).counts && (!isIndexed(job) || index !== undefined)
      if (counts) known.failed.add(uidOf(pod))
    }
    if (noted() >= MAX_UNCOUNTED) break
  }
  return {
    status: {
      ...withIndexes(settled, tally),
      uncountedTerminatedPods: uncounted([...known.succeeded], [...known.failed]),
    },
    release,
    isPartial: noted() >= MAX_UNCOUNTED,
  }
}

/** `status` with those counted that have no finalizer any more; `tracked` are the uids of those that have. */
export function settle(status: k8s.JobStatus, tracked: ReadonlySet<string>): k8s.JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  const left = {
    succeeded: succeeded.filter((uid) => tracked.has(uid)),
    failed: failed.filter((uid) => tracked.has(uid)),
  }
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - left.succeeded.length,
    failed: (status.failed ?? 0) + failed.length - left.failed.length,
    uncountedTerminatedPods: uncounted(left.succeeded, left.failed),
  }
}

export function hasUncounted({ uncountedTerminatedPods: pods }: k8s.JobStatus): boolean {
  return (pods?.succeeded ?? []).length + (pods?.failed ?? []).length > 0
}

const uncounted = (succeeded: string[], failed: string[]): k8s.UncountedTerminatedPods => ({
  ...(succeeded.length > 0 && { succeeded }),
  ...(failed.length > 0 && { failed }),
})

function withIndexes(status: k8s.JobStatus, { indexes }: Tally): k8s.JobStatus {
  if (indexes === undefined) return status
  return {
    ...status,
    succeeded: count(indexes.completed),
    completedIndexes: formatIntervals(indexes.completed) || undefined,
    failedIndexes: indexes.failed && formatIntervals(indexes.failed),
  }
}

/** Whether nothing more will come of the pod. One that failed may have to wait for another that takes its place, and
 *  inherits how often its index has failed. */
function mayRelease(
  job: k8s.Job,
  pod: k8s.Pod,
  { tally, ending }: { tally: Tally; ending: Ending | undefined },
): boolean {
  if (job.metadata.deletionTimestamp !== undefined || ending !== undefined || isSucceeded(pod)) return true
  if (!isFailed(job, pod)) return false
  const replaced = tally.indexes?.toReplace.get(completionIndex(pod) ?? -1)
  return replaced === undefined || uidOf(replaced) !== uidOf(pod)
}

export const uidOf = ({ metadata }: k8s.Pod): string => metadata.uid ?? ''

const byIndex = (a: k8s.Pod, b: k8s.Pod) => (completionIndex(a) ?? -1) - (completionIndex(b) ?? -1)
