/** The log as watches see it, and the checks of a revision that all its readers share. */
import { StoreError } from './errors.ts'
import type { StoreEvent } from './store.ts'

export interface LogSlice {
  readonly events: readonly StoreEvent[]
  /** All matching events up to this revision are in `events`. */
  readonly through: number
}

export interface EventLog {
  readonly revision: number
  readonly compactedRevision: number
  /** Some of the events after revision `after` whose key starts with `prefix`, oldest first. May stop early, so that
   *  one call takes little time and memory; `through` says where, and is always beyond `after` if there is more. */
  readAfter(prefix: string, after: number): LogSlice
}

/** Throws `compacted` or `future` when nothing can be read at `revision`. */
export function checkRevision(log: Pick<EventLog, 'revision' | 'compactedRevision'>, revision: number): void {
  if (revision < log.compactedRevision)
    throw new StoreError('compacted', `revision ${revision} is compacted; the oldest kept is ${log.compactedRevision}`)
  if (revision > log.revision)
    throw new StoreError('future', `revision ${revision} has not happened yet; the last is ${log.revision}`)
}
