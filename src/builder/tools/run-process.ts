/** Runs a program to its end: lines as they come, the whole process group ended on abort or timeout. */
import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { hasErrno } from '../../lib/index.ts'
import { BuildError } from '../errors.ts'

export interface ProcessOptions {
  file: string
  args: readonly string[]
  cwd?: string
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
  /** Default 15 minutes. */
  timeoutMs?: number
  onLine?: (line: string) => void
  /** Keeps standard output whole, up to this many bytes, apart from the lines. Default 0. */
  stdoutLimitBytes?: number
}

export interface ProcessOutcome {
  /** 128 + n when signal n ended it. */
  exitCode: number
  stdout: string
  /** The last lines of both outputs in the order they came, 200 at most. */
  lines: readonly string[]
  timedOut: boolean
}

const KEPT_LINES = 200
const LONGEST_LINE = 2000
const DEFAULT_TIMEOUT_MS = 15 * 60_000

/** Throws BuildError ToolMissing when there is no such program, Cancelled when the signal aborts. */
export async function runProcess(options: ProcessOptions): Promise<ProcessOutcome> {
  throwIfCancelled(options.signal)
  const child = spawn(options.file, [...options.args], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const state = { timedOut: false }
  const stop = () => killGroup(child)
  const timer = setTimeout(() => {
    state.timedOut = true
    stop()
  }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  options.signal.addEventListener('abort', stop, { once: true })
  const lines = collectLines(child, options.onLine)
  const stdout = collectStdout(child, options.stdoutLimitBytes ?? 0)
  try {
    const exitCode = await ended(child, options.file)
    // Whatever the program left running in its group must not outlive it.
    killGroup(child)
    throwIfCancelled(options.signal)
    return { exitCode, stdout: stdout(), lines: lines(), timedOut: state.timedOut }
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', stop)
  }
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new BuildError('Cancelled', 'The build was cancelled.', { cause: signal.reason })
}

function ended(child: ChildProcess, file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      if (!hasErrno(error, 'ENOENT', 'EACCES')) return reject(error)
      reject(
        new BuildError('ToolMissing', `The program "${file}" is needed, but it cannot be started.`, {
          hint: 'Install it, or run "naru doctor --fix".',
          cause: error,
        }),
      )
    })
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (!hasErrno(error, 'ESRCH', 'EPERM')) throw error
  }
}

function collectLines(child: ChildProcess, onLine: ((line: string) => void) | undefined): () => string[] {
  const kept: string[] = []
  const take = (line: string) => {
    const clean = line.replace(ANSI, '').replace(/\r/g, '').trimEnd().slice(0, LONGEST_LINE)
    if (clean === '') return
    kept.push(clean)
    if (kept.length > KEPT_LINES) kept.shift()
    onLine?.(clean)
  }
  const flushers = [child.stdout, child.stderr].map((stream) => {
    let rest = ''
    stream?.setEncoding('utf8')
    stream?.on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n')
      rest = (parts.pop() ?? '').slice(-LONGEST_LINE)
      for (const part of parts) take(part)
    })
    return () => take(rest)
  })
  return () => {
    for (const flush of flushers) flush()
    return kept
  }
}

/** Colours and cursor movements of terminals (ECMA-48 control sequences). */
const ANSI = new RegExp(String.raw`\x1B(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-_])`, 'g')

function collectStdout(child: ChildProcess, limitBytes: number): () => string {
  const chunks: string[] = []
  let size = 0
  if (limitBytes > 0)
    child.stdout?.on('data', (chunk: string) => {
      size += chunk.length
      if (size <= limitBytes) chunks.push(chunk)
    })
  return () => chunks.join('')
}
