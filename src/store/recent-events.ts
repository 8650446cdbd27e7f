/** The last events, kept in memory so that watches that keep up need not read the disk. */
import { type LogSlice } from './log.ts'
import type { StoreEvent } from './store.ts'

const MAX_EVENTS = 1024
const MAX_CHARACTERS = 4 * 1024 * 1024

export class RecentEvents {
  #events: StoreEvent[] = []
  #characters = 0
  /** What was read last: many watches of the same are at the same place. */
  #read: { prefix: string; after: number; slice: LogSlice } | undefined

  add(events: readonly StoreEvent[]): void {
    this.#read = undefined
    for (const event of events) {
      this.#events.push(event)
      this.#characters += size(event)
    }
    let drop = 0
    while (this.#events.length - drop > MAX_EVENTS || this.#characters > MAX_CHARACTERS) {
      const event = this.#events[drop]
      if (event === undefined) break
      this.#characters -= size(event)
      drop++
    }
    if (drop > 0) this.#events = this.#events.slice(drop)
  }

  /** All events after `after` with the prefix; undefined if some of them are no longer here. */
  readAfter(prefix: string, after: number): LogSlice | undefined {
    const first = this.#events[0]?.entry.revision
    const last = this.#events.at(-1)?.entry.revision
    if (first === undefined || last === undefined || after + 1 < first) return undefined
    if (this.#read?.after === after && this.#read.prefix === prefix) return this.#read.slice
    const events = this.#events.slice(after + 1 - first).filter((event) => event.key.startsWith(prefix))
    const slice = { events, through: last }
    this.#read = { prefix, after, slice }
    return slice
  }
}

function size(event: StoreEvent): number {
  return event.entry.value.length + (event.previous?.value.length ?? 0)
}
