import { resources } from '../../api/index.ts'
import type { ControllerContext } from '../context.ts'
import { periodically } from '../periodically.ts'
import { expireEvents } from './expire.ts'

const EVERY_MS = 5 * 60 * 1000

/** Sweeps old events every five minutes. */
export async function runEventTtlController(context: ControllerContext): Promise<void> {
  const { client, clock, logger } = context
  await periodically(context, 'event-ttl', {
    everyMs: EVERY_MS,
    work: async () => {
      const deleted = await expireEvents(client, clock.now())
      if (deleted > 0) logger.debug({ resource: resources.events.plural, deleted }, 'expired events deleted')
    },
  })
}
