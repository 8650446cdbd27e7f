/** Why the engine could not start, in the closed set of codes that the CLI turns into words. */

export type EngineFailureCode =
  | 'alreadyRunning'
  | 'nodeTaken'
  | 'portTaken'
  | 'runtimeMissing'
  | 'storeDamaged'
  | 'diskFull'
  | 'containerdFailed'
  | 'edgeFailed'
  | 'auditPolicy'
  | 'noPermission'
  | 'internal'

export class EngineFailure extends Error {
  override name = 'EngineFailure'
  readonly code: EngineFailureCode
  /** What the user can do about it; one sentence. */
  readonly hint: string

  constructor(code: EngineFailureCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.hint = hint
  }
}
