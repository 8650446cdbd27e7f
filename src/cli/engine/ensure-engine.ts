/** Makes sure that an engine runs: uses the one that does, or starts one and waits until it is ready. */
import type { ChildProcess } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'
import { type EngineInfo, readEngine, readJson, readLockHolder } from './engine-info.ts'
import { engineLog, spawnEngine } from './engine-process.ts'
import { writeContext } from './naru-context.ts'
import { type EngineSettings, unmetSetting } from './settings.ts'

/** What an engine that could not start says of it, in `<runDir>/engine-failure.json`. */
interface EngineFailureFile {
  code: string
  message: string
  hint: string
}

const START_TIMEOUT_MS = 60_000
const POLL_MS = 20
/** Exit code of an engine that found another one holding the lock. */
const ALREADY_RUNNING = 3

/** Also writes the context `naru`. Throws CliError `engineFailed`, `engineSilent` or, when the running engine was
 *  started otherwise than `settings` ask, `engineSettings`. Interrupted, it takes back the engine it started. */
export async function ensureEngine(
  context: CommandContext,
  settings: EngineSettings = {},
): Promise<{ engine: EngineInfo; started: boolean }> {
  const running = await readEngine(context.paths)
  if (running !== undefined) {
    const unmet = unmetSetting(settings, running)
    if (unmet !== undefined) throw CliError.of('engineSettings', unmet)
    await writeContext(context)
    return { engine: running, started: false }
  }
  const engine = await context.console.progress.run(context.t('step.startEngine'), async (step) => {
    const info = await startEngine(context, settings)
    step.result(context.t('step.startEngine.done', { runtime: info.runtime, url: info.apiUrl }))
    return info
  })
  await writeContext(context)
  return { engine, started: true }
}

/** Starts an engine and waits for it. Throws CliError `engineFailed`, `engineSilent` or `engineStuck`. */
export async function startEngine(context: CommandContext, settings: EngineSettings): Promise<EngineInfo> {
  const { paths, clock, signal } = context
  const failureFile = join(paths.runDir, 'engine-failure.json')
  await rm(failureFile, { force: true })
  const child = spawnEngine(context, settings)
  const ended = endOf(child)
  const deadline = clock.now() + START_TIMEOUT_MS
  for (;;) {
    const engine = await readEngine(paths)
    if (engine !== undefined) return engine
    if (signal.aborted) {
      child.ref() // It was let go to outlive us; now we wait for it.
      child.kill('SIGTERM')
      await ended.promise
      throw signal.reason
    }
    // The other engine was on its way out: the place is free now.
    if (ended.code === ALREADY_RUNNING && (await readLockHolder(paths)) === undefined)
      return (await readEngine(paths)) ?? startEngine(context, settings)
    if (ended.code !== undefined && ended.code !== ALREADY_RUNNING) {
      const failure = await readJson<EngineFailureFile>(failureFile)
      throw failure === undefined
        ? CliError.of('engineSilent', { code: ended.code, log: engineLog(paths.stateDir) })
        : CliError.of('engineFailed', { message: failure.message, hint: failure.hint })
    }
    if (clock.now() > deadline) {
      child.kill('SIGTERM')
      throw CliError.of('engineStuck', { seconds: START_TIMEOUT_MS / 1000, log: engineLog(paths.stateDir) })
    }
    await clock.sleep(POLL_MS, signal)
  }
}

/** `code` appears when the process has ended: its exit code, or the signal's name. */
function endOf(child: ChildProcess): { code: number | string | undefined; promise: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  const end: { code: number | string | undefined; promise: Promise<void> } = { code: undefined, promise }
  child.once('error', (error) => {
    end.code = error.message
    resolve()
  })
  child.once('exit', (code, signal) => {
    end.code = code ?? signal ?? -1
    resolve()
  })
  return end
}
