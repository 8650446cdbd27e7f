/** Stops the engine (which stops what it started), and removes what it leaves when asked to. */
import { createInterface } from 'node:readline'
import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, isAlive, type ProcessIdentity, writeFileAtomically } from '../../lib/index.ts'
import { compileCacheDir } from '../compile-cache.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'
import { readEdge, readEngine, readLockHolder, readStopping, type Stopping, wasKilled } from './engine-info.ts'
import { startEngine } from './ensure-engine.ts'
import { spawnPurge } from './engine-process.ts'

/** What the engine has beyond the time of its pods: to start, if it was just starting, to drain requests, to end. */
const STOP_TIMEOUT_MS = 60_000
const POLL_MS = 25

export interface StopOptions {
  /** Starts an engine where one was killed: it may have left containers running, which only an engine can stop. */
  recover: boolean
  /** What pods have to end; left out: the engine's default. */
  graceMs: number | undefined
  onStopping: (progress: Stopping) => void
  /** Called when the user interrupts: pods have no more time from then on. */
  onHurry: () => void
}

/** Whether there was one to stop. Interrupted, it makes the engine end at once, and waits for that. Throws CliError
 *  `engineWillNotStop` when it does not end in time. */
export async function stopEngine(context: CommandContext, options: StopOptions): Promise<boolean> {
  const { paths, clock, signal } = context
  const { graceMs } = options
  let engine = (await readEngine(paths)) ?? (await readLockHolder(paths))
  if (engine === undefined && options.recover && (await wasKilled(paths))) engine = await startEngine(context, {})
  if (engine === undefined) return false
  // An engine that is stopping already takes another signal for haste.
  const isStopping = (await readStopping(paths)) !== undefined
  if (graceMs !== undefined && !isStopping)
    await writeFileAtomically(join(paths.runDir, 'stop-request.json'), JSON.stringify({ graceMs }))
  if (!isStopping || graceMs === 0) ask(engine)
  let untilMs = clock.now() + STOP_TIMEOUT_MS + (graceMs ?? 0)
  const startMs = clock.now()
  let hurried = false
  while (isAlive(engine)) {
    const progress = await readStopping(paths)
    if (progress !== undefined) {
      untilMs = Math.max(untilMs, startMs + STOP_TIMEOUT_MS + progress.graceMs)
      options.onStopping(progress)
    }
    if (signal.aborted && !hurried) {
      hurried = true
      options.onHurry()
      ask(engine)
    }
    if (clock.now() > untilMs)
      throw CliError.of('engineWillNotStop', { pid: engine.pid, seconds: Math.round((untilMs - startMs) / 1000) })
    await clock.sleep(POLL_MS)
  }
  return true
}

function ask({ pid }: ProcessIdentity): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch {
    // It ended by itself in between.
  }
}

/** Ends an edge that outlived its engine (after a kill -9). */
export async function stopOrphanEdge(context: CommandContext): Promise<boolean> {
  const edge = await readEdge(context.paths)
  if (edge === undefined) return false
  await endProcess(edge, { clock: context.clock, signal: context.signal, timeoutMs: 20_000 })
  return true
}

async function endProcess(
  identity: ProcessIdentity,
  options: { clock: Clock; signal: AbortSignal; timeoutMs: number },
): Promise<void> {
  const { clock, signal } = options
  const deadline = clock.now() + options.timeoutMs
  ask(identity)
  while (isAlive(identity)) {
    signal.throwIfAborted()
    if (clock.now() > deadline)
      throw CliError.of('engineWillNotStop', { pid: identity.pid, seconds: options.timeoutMs / 1000 })
    await clock.sleep(POLL_MS, signal)
  }
}

/** A thing that a purge removed, as the engine's program prints it: `{"removed":"mount","name":"…"}`. */
export interface Removed {
  removed: string
  name: string
}

/** Removes mounts, network, rules and state, telling of each. Throws CliError `purgeFailed` with what it could not. */
export async function purge(context: CommandContext, onRemoved: (item: Removed) => void): Promise<Removed[]> {
  const child = spawnPurge(context)
  const removed: Removed[] = []
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4000)))
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(code ?? signal ?? -1))
  })
  if (child.stdout !== null)
    for await (const line of createInterface({ input: child.stdout })) {
      const item = parseRemoved(line)
      if (item === undefined) continue
      removed.push(item)
      onRemoved(item)
    }
  const code = await ended
  if (code !== 0) throw CliError.of('purgeFailed', { reason: complaint.trim() || String(code) })
  await removeCompileCache(context)
  return removed
}

function parseRemoved(line: string): Removed | undefined {
  try {
    const value = JSON.parse(line) as Partial<Removed>
    return typeof value.removed === 'string' ? { removed: value.removed, name: value.name ?? '' } : undefined
  } catch {
    return undefined
  }
}

/** The CLI's own trace: Node's compile cache, and the cache folder if nothing else is in it. */
async function removeCompileCache({ paths, env }: CommandContext): Promise<void> {
  await rm(compileCacheDir(env), { recursive: true, force: true, maxRetries: 5 })
  await rmdir(paths.cacheDir).catch(() => {}) // Downloads of builds are still in it, or it was never made.
}
