/** Runs real programs and hands back what they said. */
import { type ChildProcess, spawn } from 'node:child_process'

export interface CommandResult {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface CommandOptions {
  env?: NodeJS.ProcessEnv
  cwd?: string
  input?: string
  /** Ends the program with SIGKILL after so long; default two minutes. */
  timeoutMs?: number
  uid?: number
  gid?: number
}

/** Resolves however the program ends; only a program that cannot be started rejects. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return startCommand(file, args, options).result
}

/** Starts a program whose end is awaited later (or which is killed first). */
export function startCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): { child: ChildProcess; result: Promise<CommandResult>; output: () => string } {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.uid !== undefined && { uid: options.uid }),
    ...(options.gid !== undefined && { gid: options.gid }),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.on('error', () => {}) // The program may end without reading.
  child.stdin.end(options.input ?? '')
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 120_000)
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  }).finally(() => clearTimeout(timer))
  return { child, result, output: () => stdout + stderr }
}

/** Like runCommand, but an exit code other than 0 is an error that shows all that was said. */
export async function mustRun(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await runCommand(file, args, options)
  if (result.code !== 0)
    throw new Error(
      `${file} ${args.join(' ')} ended with ${result.code ?? result.signal}\n${result.stdout}\n${result.stderr}`,
    )
  return result.stdout
}

/** Asks again until `check` gives something other than undefined or false; the last failure is in the error. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | undefined | false>,
  options: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const deadline = Date.now() + (options.timeoutMs ?? 30_000)
  let last: unknown
  for (;;) {
    try {
      const value = await check()
      if (value !== undefined && value !== false) return value
    } catch (error) {
      last = error
    }
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`, { cause: last })
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 100))
  }
}
