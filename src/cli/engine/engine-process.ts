/** Runs `src/engine/main.ts` as a program of its own: the engine is never part of the CLI's process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { programPath } from '../../lib/index.ts'
import { compileCacheDir } from '../compile-cache.ts'
import type { CommandContext } from '../context.ts'
import { type EngineSettings, settingsEnvironment } from './settings.ts'

const MAIN = programPath('engine/main')
/** The young generation, in MB: what lives longer than it takes to fill it is copied, and every request leaves garbage.
 *  At 1 an answer costs a quarter more CPU than at 4; at 8 it costs hardly less, and idle memory is 14 MB more. */
const YOUNG = ['--max-semi-space-size=4']
/** The old generation: by how much, in percent of what lives in it, it grows before it is collected, and from how many MB.
 *  V8 by itself lets it grow to several times of what lives: with 110 pods 60 MB did in 150, and the engine took 350 to
 *  390 MB. So it takes 210 to 235, for as much CPU; without the 64 MB a start costs a tenth more. */
const OLD = ['--heap-growing-percent=60', '--initial-old-space-size=64']
const FLAGS = ['--disable-warning=ExperimentalWarning', ...YOUNG, ...OLD]
/** glibc keeps freed memory for each group of threads; Node's dozen of threads do little at a time, and two groups
 *  instead of one a thread save 18 MB after a few deployments. The edge inherits it. Source: mallopt(3). */
const MEMORY = { MALLOC_ARENA_MAX: '2' }

export const engineLog = (stateDir: string): string => join(stateDir, 'logs', 'engine.log')

/** Starts the engine so that it outlives this process; what it prints goes to its log. */
export function spawnEngine(context: CommandContext, settings: EngineSettings): ChildProcess {
  const { paths, env } = context
  mkdirSync(join(paths.stateDir, 'logs'), { recursive: true, mode: 0o700 })
  const log = openSync(engineLog(paths.stateDir), 'a', 0o600)
  try {
    const child = spawn(process.execPath, [...FLAGS, MAIN, 'run'], {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      env: { ...MEMORY, ...env, NODE_COMPILE_CACHE: compileCacheDir(env), ...settingsEnvironment(settings) },
    })
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}

/** Fills the compile cache, so that the first start is as quick as the next. Resolves whether or not it could. */
export function warmUp({ env }: CommandContext): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...FLAGS, MAIN, 'warm'], {
      stdio: 'ignore',
      cwd: '/',
      env: { ...env, NODE_COMPILE_CACHE: compileCacheDir(env) },
    })
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
}

/** Starts `main.ts purge`, which removes what an engine leaves on the machine. Its output is read by the caller. */
export function spawnPurge(context: CommandContext): ChildProcess {
  return spawn(process.execPath, [...FLAGS, MAIN, 'purge'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    env: { ...context.env, NODE_DISABLE_COMPILE_CACHE: '1' },
  })
}
