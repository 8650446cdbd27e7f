/** Looks now and then for what killed sandboxes left. */
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import type { Sweeper } from './sweeper.ts'

export interface Sweep {
  what: string
  sweeper: Sweeper
}

export interface SweepOptions {
  /** How often something happened so far after which something may be left: containerd was started again, or the start of a
   *  sandbox failed. */
  upsets: () => number
  clock: Clock
  logger: Logger
  signal: AbortSignal
}

const INTERVAL_MS = 15_000
/** So many looks follow an upset, and the engine's own start: what was left goes with the second or the third. */
const LOOKS = 4
/** Otherwise there is one in so many intervals: each costs a list of sandboxes and a walk through /proc. */
const CALM = 20

/** Resolves when `signal` has aborted and the look in hand is over. */
export async function runSweeps(sweeps: readonly Sweep[], options: SweepOptions): Promise<void> {
  const { upsets, clock, logger, signal } = options
  let seen = -1
  let looks = 0
  for (let interval = 1; !signal.aborted; interval += 1) {
    await clock.sleep(INTERVAL_MS, signal)
    if (signal.aborted) return
    if (seen !== upsets()) looks = LOOKS
    seen = upsets()
    if (looks === 0 && interval % CALM !== 0) continue
    looks = Math.max(0, looks - 1)
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
