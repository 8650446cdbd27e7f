/** Words for whatever a command threw: the one place where failures of all modules become a paragraph and an exit code. */
import { ApiError } from '../api/index.ts'
import { errorMessage, hasErrno } from '../lib/index.ts'
import { CliError, type CliErrorCode, type ExitCode } from './errors.ts'
import { fillIn, type Translate } from './messages/translate.ts'
import { en } from './messages/en.ts'
import { ko } from './messages/ko.ts'
import { harmless } from './output/text.ts'

export interface Failure {
  code: CliErrorCode
  exitCode: ExitCode
  /** What happened, where, what to do: one paragraph, then output of programs where that is the point. */
  message: string
}

export function describeFailure(error: unknown, t: Translate): Failure {
  const known = error instanceof CliError ? error : translate(error)
  const sentence = { en, ko }[t.language][`error.${known.code}`]
  return { code: known.code, exitCode: known.exitCode, message: harmless(fillIn(sentence, known.parameters)) }
}

function translate(error: unknown): CliError {
  if (hasErrnoInChain(error, 'ENOSPC', 'EDQUOT')) return CliError.of('diskFull', { reason: errorMessage(error) })
  if (error instanceof ApiError)
    return error.reason === 'ServiceUnavailable'
      ? CliError.of('apiUnreachable', { reason: error.message })
      : CliError.of('apiRefused', { reason: error.message })
  return CliError.of('unexpected', { reason: errorMessage(error) })
}

function hasErrnoInChain(error: unknown, ...codes: string[]): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (hasErrno(at, ...codes)) return true
  return false
}
