/** Keeps loops running: one that throws has a bug, and is started again rather than taking the rest down. */
import type { Clock } from './clock.ts'
import { errorMessage } from './errors.ts'
import type { Logger } from './log.ts'

/** Who wants to know how the loops are. */
export interface LoopObserver {
  runs(loop: string): void
  /** It is started again, unless everything stops. */
  ended(loop: string, why: string): void
}

export interface Loop {
  name: string
  run: (signal: AbortSignal) => Promise<void>
}

const RESTART_DELAY_MS = 1000

/** Resolves when `signal` has aborted and every loop has drained. */
export async function superviseLoops(
  loops: readonly Loop[],
  options: { signal: AbortSignal; clock: Clock; logger: Logger; observer?: LoopObserver },
): Promise<void> {
  const { signal, clock, logger, observer } = options
  await Promise.all(
    loops.map(async ({ name, run }) => {
      while (!signal.aborted) {
        try {
          const running = run(signal)
          observer?.runs(name)
          await running
          observer?.ended(name, 'it ended by itself and is started again')
          if (!signal.aborted) logger.error({ loop: name }, 'loop ended by itself, starting it again')
        } catch (error) {
          observer?.ended(name, `it failed and is started again: ${errorMessage(error)}`)
          if (signal.aborted) return
          logger.error(
            { loop: name, error: errorMessage(error), stack: error instanceof Error ? error.stack : undefined },
            'loop failed, starting it again',
          )
        }
        await clock.sleep(RESTART_DELAY_MS, signal)
      }
    }),
  )
}
