/** Everything a store can refuse or fail with. The API server turns these into `Status` objects. */

/** - `exists`: create of a key that is there · `notFound`: update or delete of one that is not
 *  - `conflict`: the current revision is not the expected one
 *  - `compacted`: the asked revision is older than what is kept; list again · `future`: it has not happened yet
 *  - `invalidKey`: empty, not well-formed Unicode, or with a NUL
 *  - `full`: no space (disk or configured limit); nothing was changed, reads go on, writes work again when there is room
 *  - `io`: the disk failed; the write was not acknowledged, though after a crash it may turn out to have happened
 *  - `locked`: another process has the store open · `damaged`, `newer`: the file cannot be used as it is
 *  - `closed`: the store was disposed */
export type StoreErrorReason =
  | 'exists'
  | 'notFound'
  | 'conflict'
  | 'compacted'
  | 'future'
  | 'invalidKey'
  | 'full'
  | 'io'
  | 'locked'
  | 'damaged'
  | 'newer'
  | 'closed'

export class StoreError extends Error {
  override name = 'StoreError'
  readonly reason: StoreErrorReason

  constructor(reason: StoreErrorReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** Whether `error` is a StoreError, and, when reasons are given, one of those. */
export function isStoreError(error: unknown, ...reasons: StoreErrorReason[]): error is StoreError {
  return error instanceof StoreError && (reasons.length === 0 || reasons.includes(error.reason))
}
