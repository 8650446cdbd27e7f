/** Why a build failed: a closed list. Messages say what happened and where; `hint` says what to do. */

export type BuildErrorReason =
  | 'BasePackagesUnavailable'
  | 'Cancelled'
  | 'ComposerJsonInvalid'
  | 'DiskFull'
  | 'DownloadFailed'
  | 'EnginesUnsupported'
  | 'LockfileAmbiguous'
  | 'LockfileMismatch'
  | 'LockfileMissing'
  | 'NameInvalid'
  | 'OutputMissing'
  | 'PackageJsonInvalid'
  | 'PackageManagerUnsupported'
  | 'ProcfileInvalid'
  | 'PushFailed'
  | 'SourceChanged'
  | 'SourceEmpty'
  | 'SourceMissing'
  | 'SourceNotFolder'
  | 'SourceTooLarge'
  | 'SourceUnreadable'
  | 'StartCommandMissing'
  | 'StepFailed'
  | 'StepTimedOut'
  | 'ToolMissing'
  | 'UnknownKind'
  | 'UnsupportedFile'

export interface BuildErrorOptions {
  /** What to do about it. */
  hint?: string
  /** The step of the build, when one was running. */
  step?: string
  /** The command that failed, as one would type it. */
  command?: string
  /** Its exit code; 128 + n when signal n ended it. */
  exitCode?: number
  /** The telling line first when one was recognised, then the last lines of its output. */
  output?: readonly string[]
  /** All lines that were kept, when `output` is a selection. */
  allOutput?: readonly string[]
  cause?: unknown
}

export class BuildError extends Error {
  override name = 'BuildError'
  readonly reason: BuildErrorReason
  readonly hint: string | undefined
  readonly step: string | undefined
  readonly command: string | undefined
  readonly exitCode: number | undefined
  readonly output: readonly string[]
  readonly allOutput: readonly string[]

  constructor(reason: BuildErrorReason, message: string, options: BuildErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.reason = reason
    this.hint = options.hint
    this.step = options.step
    this.command = options.command
    this.exitCode = options.exitCode
    this.output = options.output ?? []
    this.allOutput = options.allOutput ?? this.output
  }
}
