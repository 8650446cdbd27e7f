/** Runs a program of the host and gives what it said. A parameter everywhere, so that tests answer in its place. */
import { execFile } from 'node:child_process'

export interface CommandOutcome {
  /** Exit code; -1 when the program could not be started, was ended by a signal, or took too long. */
  code: number
  stdout: string
  stderr: string
}

/** Never rejects: a program that cannot be run is an outcome with code -1 and the reason in `stderr`. */
export type RunCommand = (file: string, args: readonly string[]) => Promise<CommandOutcome>

const TIMEOUT_MS = 10_000

export const runCommand: RunCommand = (file, args) =>
  new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, maxBuffer: 4 << 20, env: { ...process.env, LC_ALL: 'C' } }
    const child = execFile(file, [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr: stderr === '' && error !== null ? error.message : stderr })
    })
    child.stdin?.end()
  })
