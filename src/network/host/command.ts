/** Runs the machine's network programs. They live in sbin, which is not in everyone's PATH. */
import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { findBinary } from '../../host/index.ts'
import { NetworkError } from '../errors.ts'

const TIMEOUT_MS = 15_000

/** Resolves to standard output. Throws NetworkError `CommandMissing`, or `CommandFailed` with what it said. */
export async function runCommand(program: string, args: readonly string[], input?: string): Promise<string> {
  const path = await findBinary(program, { path: process.env.PATH })
  if (path === undefined)
    throw new NetworkError('CommandMissing', `${program} is not installed; run "naru doctor --fix"`)
  return runProgram(path, args, { ...(input !== undefined && { input }) })
}

/** Runs the program at `path`, with `env` beside our own environment. Throws NetworkError `CommandFailed` with what it
 *  said, be it to standard error or, as CNI plugins do, to standard output. */
export function runProgram(
  path: string,
  args: readonly string[],
  { env, input = '' }: { env?: Readonly<Record<string, string>>; input?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      env: { ...process.env, ...env, LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    const output: Buffer[] = []
    const complaints: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
    child.on('error', (cause) => reject(new NetworkError('CommandFailed', `cannot start ${path}`, { cause })))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(output).toString())
      const said = Buffer.concat(complaints.length > 0 ? complaints : output)
      const how = signal === null ? `exit code ${code}` : `ended by ${signal}`
      const command = [basename(path), ...args].join(' ')
      reject(new NetworkError('CommandFailed', `${command}: ${said.toString().trim().slice(0, 2_000) || how}`))
    })
    // A program that ends before it has read everything is told of by its exit code.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
