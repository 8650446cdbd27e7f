/** Why a command could not be started in a container. The Kubernetes API only passes on what the container's runtime said
 *  of it, as text: runc v1.1 (the errors of Go's os/exec) or crun. The exit codes are those of a shell (POSIX.1-2017,
 *  Shell & Utilities, 2.8.2). */
import { isApiError } from '../../api/index.ts'
import { CliError } from '../errors.ts'

const NOT_FOUND = /executable file (\S+ )?not found in \$PATH|exec: "[^]*": (stat .*: )?no such file or directory/
const NOT_EXECUTABLE = /exec: "[^]*": (permission denied|is a directory)|open executable: Permission denied/

/** CliError `commandNotFound` or `commandNotExecutable` where that is what `error` says, else `error` itself. */
export function commandFailure(error: unknown, { pod, command }: { pod: string; command: readonly string[] }): unknown {
  if (!isApiError(error)) return error
  const [program = ''] = command
  if (NOT_FOUND.test(error.message)) return CliError.of('commandNotFound', { program, pod }, { cause: error })
  if (NOT_EXECUTABLE.test(error.message)) return CliError.of('commandNotExecutable', { program, pod }, { cause: error })
  return error
}
