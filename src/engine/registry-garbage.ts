/** Once a day: what no image in the registry refers to goes, as do uploads that were given up. */
import { collectGarbage } from '../images/index.ts'
import type { Clock, Logger } from '../lib/index.ts'
import type { Loop } from './supervise.ts'

const EVERY_MS = 24 * 60 * 60_000

export function registryGarbageLoop(options: { dir: string; clock: Clock; logger: Logger }): Loop {
  const { dir, clock, logger } = options
  return {
    name: 'registry-garbage',
    async run(signal) {
      while (!signal.aborted) {
        await clock.sleep(EVERY_MS, signal)
        if (signal.aborted) return
        logger.info(await collectGarbage({ dir, clock, signal }), 'registry swept')
      }
    },
  }
}
