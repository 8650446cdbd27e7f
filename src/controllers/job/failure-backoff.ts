/** How long a Job waits before it makes a pod in place of one that failed: 10 s, doubling to 10 min, from anew after a
 *  success. Source: k8s.io/kubernetes v1.34, pkg/controller/job/backoff_utils.go. */
import type { k8s } from '../../api/index.ts'
import { finishedMs } from './pod-end.ts'
import { allIndexFailures } from './pod-index.ts'

const FIRST_BACKOFF_MS = 10_000
const LAST_BACKOFF_MS = 600_000

export interface FailureRecord {
  failuresSinceSuccess: number
  lastFailureMs: number
}

const NONE: FailureRecord = { failuresSinceSuccess: 0, lastFailureMs: 0 }

/** Kept in memory, by Job key: a controller that starts anew tries at once. */
export class FailureRecords {
  readonly #records = new Map<string, FailureRecord>()

  get(key: string): FailureRecord {
    return this.#records.get(key) ?? NONE
  }

  set(key: string, record: FailureRecord): void {
    this.#records.set(key, record)
  }

  forget(key: string): void {
    this.#records.delete(key)
  }
}

/** The record after pods have ended that nobody has counted yet. */
export function nextRecord(
  record: FailureRecord,
  { succeeded, failed }: { succeeded: readonly k8s.Pod[]; failed: readonly k8s.Pod[] },
): FailureRecord {
  const failures = failed.map(finishedMs)
  if (succeeded.length === 0)
    return failures.length === 0
      ? record
      : {
          failuresSinceSuccess: record.failuresSinceSuccess + failures.length,
          lastFailureMs: Math.max(...failures),
        }
  const lastSuccessMs = Math.max(...succeeded.map(finishedMs))
  const later = failures.filter((ms) => ms > lastSuccessMs)
  return later.length === 0 ? NONE : { failuresSinceSuccess: later.length, lastFailureMs: Math.max(...later) }
}

export function msUntilRetry({ failuresSinceSuccess: failures, lastFailureMs }: FailureRecord, nowMs: number): number {
  if (failures === 0) return 0
  const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LAST_BACKOFF_MS)
  return Math.max(0, lastFailureMs + backoffMs - nowMs)
}

/** The same for one index whose failures count apart; `lastFailed` is the pod that is to be replaced, if any. */
export function msUntilIndexRetry(lastFailed: k8s.Pod | undefined, nowMs: number): number {
  if (lastFailed === undefined) return 0
  const record = { failuresSinceSuccess: allIndexFailures(lastFailed) + 1, lastFailureMs: finishedMs(lastFailed) }
  return msUntilRetry(record, nowMs)
}
