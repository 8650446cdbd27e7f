import { expect, it } from 'vitest'
import { apiError } from '../../api/index.ts'
import { commandFailure } from './command-failure.ts'

const RUNC =
  'error executing command in container: failed to exec in container: failed to start exec "54bd": OCI runtime exec failed: exec failed: unable to start container process: '
const CRUN = 'error executing command in container: crun: '

it.each([
  [`${RUNC}exec: "psq": executable file not found in $PATH: unknown`, 'commandNotFound', 127],
  [`${RUNC}exec: "bin/psq": stat bin/psq: no such file or directory: unknown`, 'commandNotFound', 127],
  [`${CRUN}executable file \`psq\` not found in $PATH: No such file or directory`, 'commandNotFound', 127],
  [`${RUNC}exec: "/etc/passwd": permission denied: unknown`, 'commandNotExecutable', 126],
  [`${RUNC}exec: "./bin": is a directory: unknown`, 'commandNotExecutable', 126],
  [`${CRUN}open executable: Permission denied: OCI permission denied`, 'commandNotExecutable', 126],
])('of what the runtime says, %s, it makes %s', (said, code, exitCode) => {
  const failure = commandFailure(apiError('InternalError', said), { pod: 'web-1', command: ['psq', '-c'] })
  expect(failure).toMatchObject({ code, exitCode, parameters: { program: 'psq', pod: 'web-1' } })
})

it.each([
  apiError('InternalError', `${RUNC}exec failed: cannot enter a stopped container`),
  apiError('Forbidden', 'pods "web-1" is forbidden'),
  new Error('executable file not found in $PATH'),
])('leaves another failure as it is: %s', (error) =>
  expect(commandFailure(error, { pod: 'web-1', command: ['psql'] })).toBe(error),
)
