// The engine as a program. `main.ts run` serves until SIGTERM; `main.ts purge` removes what an engine leaves behind;
// `main.ts warm` fills Node's compile cache with what a start will load, so that the first one is as quick as the next.
import { loadLazyParts } from '../apiserver/index.ts'
import { errorMessage, hasErrno, openLogger, resolvePaths, systemClock } from '../lib/index.ts'
import { warmEdge } from './edge-process.ts'
import { writeEngineFailure } from './engine-info.ts'
import { runEngine } from './engine.ts'
import { EngineFailure } from './failure.ts'
import { engineFiles } from './files.ts'
import { untilSignal } from './until-signal.ts'

const ALREADY_RUNNING = 3
const [command] = process.argv.slice(2)
const paths = resolvePaths()
const logger = openLogger('info').child({ process: 'engine' })

if (command === 'run') await run()
else if (command === 'purge') await runPurge()
else if (command === 'warm') await warm()
else {
  process.stderr.write('usage: main.ts run | purge | warm\n')
  process.exitCode = 2
}

async function run(): Promise<void> {
  try {
    const hurry = new AbortController()
    const signal = untilSignal(logger, () => hurry.abort())
    await runEngine({ paths, env: process.env, clock: systemClock, logger, signal, hurry: hurry.signal })
    process.exit(0) // Sockets that clients keep alive must not hold up the end.
  } catch (error) {
    const failure = asFailure(error)
    logger.error({ code: failure.code, error: errorMessage(failure) }, 'engine cannot start')
    if (failure.code === 'alreadyRunning') process.exit(ALREADY_RUNNING)
    await writeEngineFailure(engineFiles(paths), failure).catch((cause: unknown) =>
      logger.error({ error: errorMessage(cause) }, 'the failure cannot be written down either'),
    )
    process.exit(1)
  }
}

function asFailure(error: unknown): EngineFailure {
  if (error instanceof EngineFailure) return error
  if (hasErrno(error, 'ENOSPC', 'EDQUOT'))
    return new EngineFailure(
      'diskFull',
      `the disk that holds ${paths.stateDir} is full`,
      'Free space on it, then run naru up again.',
      { cause: error },
    )
  if (hasErrno(error, 'EACCES', 'EPERM', 'EROFS'))
    return new EngineFailure(
      'noPermission',
      errorMessage(error),
      `Check who owns ${paths.stateDir}, or choose another place with NARU_STATE_DIR.`,
      { cause: error },
    )
  return new EngineFailure('internal', errorMessage(error), `Its log is ${engineFiles(paths).logs}/engine.log.`, {
    cause: error,
  })
}

async function warm(): Promise<void> {
  await Promise.all([
    import('./control-loops.ts'),
    import('./node.ts'),
    import('./purge.ts'),
    loadLazyParts(),
    warmEdge(),
  ])
}

async function runPurge(): Promise<void> {
  try {
    const { purge } = await import('./purge.ts')
    await purge({
      paths,
      env: process.env,
      clock: systemClock,
      logger: openLogger('warn'),
      onRemoved: (removed, name) => process.stdout.write(`${JSON.stringify({ removed, name })}\n`),
    })
  } catch (error) {
    process.stderr.write(`${errorMessage(error)}\n`)
    process.exitCode = 1
  }
}
