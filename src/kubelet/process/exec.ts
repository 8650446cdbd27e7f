/** Runs a command beside a container's process, with its files and environment. */
import { execFile } from 'node:child_process'
import { RuntimeError } from '../errors.ts'
import type { ExecResult } from '../runtime/runtime.ts'
import type { ProcessSpec } from './command.ts'

const OUTPUT_LIMIT_BYTES = 1 << 20

/** Throws RuntimeError `Timeout` when it was killed after `timeoutMs`, `Failed` when it could not be run. */
export function execProcess(spec: ProcessSpec, timeoutMs: number): Promise<ExecResult> {
  const [file = '', ...args] = spec.command
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      { cwd: spec.cwd, env: spec.env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: OUTPUT_LIMIT_BYTES },
      (error, stdout, stderr) => {
        if (error?.killed) return reject(new RuntimeError('Timeout', `${file} took longer than ${timeoutMs} ms`))
        if (error !== null && typeof error.code !== 'number')
          return reject(new RuntimeError('Failed', `cannot run ${file}`, { cause: error }))
        resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
      },
    )
  })
}
