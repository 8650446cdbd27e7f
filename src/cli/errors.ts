/** The command line's own failures: a closed list, each with its exit code and a sentence `error.<code>` in the
 *  catalogues. Listed in docs/errors.md. */
import type { MessageParameters } from './messages/translate.ts'

/** 1: the command could not do it. 2: it was asked wrongly. 126, 127: as shells have it of a program. */
export const CLI_ERRORS = {
  unknownCommand: 2,
  unknownCommandNear: 2,
  unknownOption: 2,
  unknownOptionNear: 2,
  unknownOptionOfCommand: 2,
  missingArgument: 2,
  missingOptionValue: 2,
  emptyArgument: 2,
  tooManyArguments: 2,
  badOptionValue: 2,
  optionNeeds: 2,
  optionUnfit: 2,
  optionsExclude: 2,
  folderMissing: 2,
  folderNotDirectory: 2,
  folderUnreadable: 1,
  folderNotEmpty: 2,
  folderUnwritable: 1,
  templateUnknown: 2,
  templateMissing: 2,
  templateUnreadable: 1,
  nameInvalid: 2,
  nameUnclear: 2,
  scoreInvalid: 2,
  namespaceInvalid: 2,
  confirmationNeeded: 2,
  notConfirmed: 1,
  contextUnsupported: 2,
  contextUnusable: 1,
  engineDown: 1,
  engineDied: 1,
  engineFailed: 1,
  engineSilent: 1,
  engineSettings: 1,
  engineStuck: 1,
  engineWillNotStop: 1,
  purgeFailed: 1,
  kubeconfigMalformed: 1,
  appUnknown: 1,
  appUnknownNoApps: 1,
  podUnknown: 1,
  podUnknownNone: 1,
  appNoPods: 1,
  appNoUrl: 1,
  releaseUnknown: 1,
  noEarlierRelease: 1,
  processUnknown: 1,
  processUnknownNone: 1,
  cronUnknown: 1,
  cronUnknownNone: 1,
  cronLast: 1,
  trafficSum: 2,
  routeUnknown: 1,
  routeUnknownNone: 1,
  certificateUnreadable: 1,
  certificateMalformed: 1,
  certificateKeyMalformed: 1,
  certificateKeyOther: 1,
  certificateOtherHost: 1,
  certificateNoHost: 1,
  certificateNotValid: 1,
  variableInvalid: 2,
  variableWithoutValue: 2,
  variablesUnreadable: 1,
  restartFailed: 1,
  resourceUnknown: 1,
  resourceUnknownNone: 1,
  resourceTypeUnknown: 2,
  resourceTaken: 1,
  resourceImageNeeded: 2,
  warMissing: 2,
  resourceFailed: 1,
  outputUnknown: 1,
  outputUnknownNone: 1,
  databaseNone: 1,
  databaseUnclear: 2,
  databaseDown: 1,
  shellUnsupported: 1,
  dumpUnsupported: 1,
  dumpFailed: 1,
  dumpUnusable: 1,
  dumpRefused: 1,
  dumpHalfTaken: 1,
  restoreUnclear: 1,
  lastDumpFailed: 1,
  backupsOff: 1,
  backupsElsewhere: 1,
  elsewhereUnclear: 1,
  backupUnknown: 1,
  backupUnknownNone: 1,
  backupFailed: 1,
  noRelease: 1,
  noPodRuns: 1,
  runFailed: 1,
  commandNotFound: 127,
  commandNotExecutable: 126,
  copyFailed: 1,
  copyNoTar: 1,
  portUnusable: 1,
  apiUnreachable: 1,
  apiRefused: 1,
  buildFailed: 1,
  buildRefused: 2,
  rolloutFailed: 1,
  trustNoAuthority: 1,
  trustStoreUnknown: 1,
  trustNeedsRoot: 1,
  trustFailed: 1,
  fixUnsupported: 1,
  fixFailed: 1,
  engineRuns: 1,
  backupUnusable: 1,
  backupUnwritable: 1,
  nothingToBackUp: 1,
  diskFull: 1,
  unexpected: 1,
} as const

export type CliErrorCode = keyof typeof CLI_ERRORS
export type ExitCode = (typeof CLI_ERRORS)[CliErrorCode]
export type CliErrorKey<Code extends CliErrorCode> = `error.${Code}`

/** Ctrl-C that came as a key, and not as a signal. */
export class Interrupted extends Error {
  override name = 'Interrupted'
  constructor(options?: { cause?: unknown }) {
    super('interrupted', options)
  }
}

export class CliError extends Error {
  override name = 'CliError'
  readonly code: CliErrorCode
  readonly parameters: Readonly<Record<string, string | number>>

  private constructor(
    code: CliErrorCode,
    parameters: Readonly<Record<string, string | number>>,
    options?: { cause?: unknown },
  ) {
    super(code, options)
    this.code = code
    this.parameters = parameters
  }

  /** `parameters` are those of the sentence `error.<code>`. */
  static of<Code extends CliErrorCode>(
    code: Code,
    ...[parameters, options]: MessageParameters<CliErrorKey<Code>> extends []
      ? [parameters?: Record<string, never>, options?: { cause?: unknown }]
      : [parameters: MessageParameters<CliErrorKey<Code>>[0], options?: { cause?: unknown }]
  ): CliError {
    return new CliError(code, parameters ?? {}, options)
  }

  get exitCode(): ExitCode {
    return CLI_ERRORS[this.code]
  }
}
