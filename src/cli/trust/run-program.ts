/** Runs a program of the system that changes a store. */
import { execFile } from 'node:child_process'

export interface ProgramOutcome {
  /** Exit code; -1 when it could not be started or was ended. */
  code: number
  stdout: string
  stderr: string
}

export type RunProgram = (file: string, args: readonly string[]) => Promise<ProgramOutcome>

/** Hooks of Debian's store make Java's anew, which takes a while. */
const TIMEOUT_MS = 120_000

/** Never rejects. */
export const runProgram =
  (env: NodeJS.ProcessEnv): RunProgram =>
  (file, args) =>
    new Promise((resolve) => {
      const options = { timeout: TIMEOUT_MS, env: { ...env, LC_ALL: 'C' } }
      execFile(file, [...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        resolve({ code, stdout, stderr: stderr || (error?.message ?? '') })
      }).stdin?.end()
    })
