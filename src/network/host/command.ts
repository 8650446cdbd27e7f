/** Runs the machine's network programs. They live in sbin, which is not in everyone's PATH. */
import { spawn } from 'node:child_process'
import { findBinary } from '../../host/index.ts'
import { NetworkError } from '../errors.ts'

const TIMEOUT_MS = 15_000

/** Resolves to standard output. Throws NetworkError `CommandMissing`, or `CommandFailed` with what it said. */
export async function runCommand(program: string, args: readonly string[], input?: string): Promise<string> {
  const path = await findBinary(program, { path: process.env.PATH })
  if (path === undefined)
    throw new NetworkError('CommandMissing', `${program} is not installed; run "naru doctor --fix"`)
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      env: { ...process.env, LC_ALL: 'C' },
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
      const said = Buffer.concat(complaints).toString().trim().slice(0, 2_000)
      const how = signal === null ? `exit code ${code}` : `ended by ${signal}`
      reject(new NetworkError('CommandFailed', `${program} ${args.join(' ')}: ${said || how}`))
    })
    // A program that ends before it has read everything is told of by its exit code.
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
  })
}
