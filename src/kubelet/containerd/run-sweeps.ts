/** Looks now and then for what killed sandboxes left. */
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import type { Sweeper } from './sweeper.ts'

export interface Sweep {
  what: string
  sweeper: Sweeper
}

/** Left things go within two of these. A look costs a list of sandboxes and of a directory or two. */
const INTERVAL_MS = 15_000

/** Resolves when `signal` has aborted and the look in hand is over. */
export async function runSweeps(
  sweeps: readonly Sweep[],
  { clock, logger, signal }: { clock: Clock; logger: Logger; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(INTERVAL_MS, signal)
    if (signal.aborted) return
    for (const { what, sweeper } of sweeps)
      try {
        const released = await sweeper.look()
        if (released.length > 0) logger.warn({ [what]: released }, 'took back what killed sandboxes had left')
      } catch (error) {
        // What cannot be listed is of a containerd that is dead at the moment: its end is told of elsewhere.
        const level = error instanceof AggregateError ? 'warn' : 'debug'
        logger[level]({ what, error: errorMessage(error) }, 'cannot take back what killed sandboxes left')
      }
  }
}
