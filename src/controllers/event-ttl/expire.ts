/** Events are kept for an hour (kube-apiserver's --event-ttl); here a sweep does what a lease in etcd does there. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'

export const EVENT_TTL_MS = 60 * 60 * 1000
const PAGE = 200

/** Deletes the events last seen more than an hour before `nowMs`; resolves to how many. Holds one page at a time. */
export async function expireEvents(client: Client, nowMs: number): Promise<number> {
  let deleted = 0
  let page: string | undefined
  do {
    const list = await client.list(resources.events, { limit: PAGE, ...(page && { continue: page }) })
    for (const event of list.items) {
      if (lastSeenMs(event, nowMs) > nowMs - EVENT_TTL_MS) continue
      await client.delete(resources.events, event.metadata).catch((error: unknown) => {
        if (!isApiError(error, 'NotFound')) throw error
      })
      deleted++
    }
    page = list.metadata.continue || undefined
  } while (page !== undefined)
  return deleted
}

/** An event without any time counts as just seen. */
function lastSeenMs(event: k8s.Event, nowMs: number): number {
  const times = [event.series?.lastObservedTime, event.lastTimestamp, event.eventTime, event.metadata.creationTimestamp]
  const known = times.map((time) => Date.parse(time ?? '')).filter((ms) => !Number.isNaN(ms))
  return known.length === 0 ? nowMs : Math.max(...known)
}
