/** A failed build as a paragraph, then the lines that tell why. */
import type { BuildError, BuildErrorReason } from '../../builder/index.ts'
import type { CommandContext } from '../context.ts'
import { CliError, type CliErrorCode } from '../errors.ts'
import { harmless } from '../output/text.ts'

/** Reasons that are not about the source but about how the command was asked: bad use. */
const BAD_USE: Partial<Record<BuildErrorReason, CliErrorCode>> = {
  SourceMissing: 'buildRefused',
  SourceNotFolder: 'buildRefused',
  NameInvalid: 'buildRefused',
}

export function buildFailure({ t }: CommandContext, error: BuildError): CliError {
  const summary = t(`build.failure.${error.reason}`)
  const parts = [`${summary} ${harmless(error.message)}`]
  if (error.command !== undefined && error.exitCode !== undefined)
    parts[0] += ` ${t('build.commandFailed', { command: error.command, exitCode: error.exitCode })}`
  if (error.hint !== undefined) parts[0] += ` ${harmless(error.hint)}`
  if (error.output.length > 0) parts.push(error.output.map((line) => `  | ${harmless(line)}`).join('\n'))
  const parameters = { reason: error.reason, details: parts.join('\n') }
  const code = BAD_USE[error.reason]
  return code === 'buildRefused'
    ? CliError.of('buildRefused', parameters, { cause: error })
    : CliError.of('buildFailed', parameters, { cause: error })
}
