/** What every module needs to speak of failures: bugs (`invariant`), foreign errors made readable, errno checks. */

/** Thrown for what can only be a bug of ours, never for bad input. */
export class InvariantError extends Error {
  override name = 'InvariantError'
}

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(`invariant broken: ${message}`)
}

/** A human sentence for anything that was thrown, with its causes: "outer: inner". */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.map((inner) => errorMessage(inner)).join('; ')
  const own = error.message === '' ? error.name : error.message
  return error.cause === undefined ? own : `${own}: ${errorMessage(error.cause)}`
}

/** Whether `error` is a system error with one of these errno names (`ENOENT`, `EADDRINUSE`, …). */
export function hasErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}
