/** Turns SIGTERM and SIGINT into an abort, and each that comes after it into a call of `again`; a bug that nobody caught
 *  ends the process with a line in the log. */
import { errorMessage, type Logger } from '../lib/index.ts'

export function untilSignal(logger: Logger, again: () => void = () => {}): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => (stop.signal.aborted ? again() : stop.abort(new Error(signal))))
  // The terminal that started us may close; we are not of it.
  process.on('SIGHUP', () => {})
  const fatal = (error: unknown) => {
    logger.error(
      { error: errorMessage(error), stack: error instanceof Error ? error.stack : undefined },
      'uncaught error',
    )
    process.exit(1)
  }
  process.on('uncaughtException', fatal)
  process.on('unhandledRejection', fatal)
  return stop.signal
}
