/** Work that is due every so often rather than when something changes. */
import { errorMessage } from '../lib/index.ts'
import type { ControllerContext } from './context.ts'

/** Runs `work` after each `everyMs` until the signal aborts and the run in hand is done. A failure is logged, and
 *  mended by the next run. */
export async function periodically(
  { clock, logger, signal }: Pick<ControllerContext, 'clock' | 'logger' | 'signal'>,
  name: string,
  { everyMs, work }: { everyMs: number; work: () => Promise<void> },
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal)
    if (signal.aborted) return
    try {
      await work()
    } catch (error) {
      if (!signal.aborted) logger.warn({ controller: name, error: errorMessage(error) }, 'periodic work failed')
    }
  }
}
