/** Watch events as text, made once for all watches that are told the same. */
import type { StoreEvent } from '../../store/index.ts'

export const line = (type: string, object: string): string => `{"type":"${type}","object":${object}}\n`

interface Batch {
  first: StoreEvent
  count: number
  text: string
}

/** For watches of all objects below a prefix, in the form in which they are stored. */
export class WatchTexts {
  /** By the last event of the batch. Watches that keep up get the same batches; the store keeps the events themselves
   *  for a while, and as long as one of them is kept so is its text. */
  readonly #batches = new WeakMap<StoreEvent, Batch>()

  of(events: readonly StoreEvent[]): string {
    const first = events[0]
    const last = events.at(-1)
    if (first === undefined || last === undefined) return ''
    const known = this.#batches.get(last)
    // Batches are stretches of one log below a prefix: with both ends and the length the same, so is the rest.
    if (known !== undefined && known.first === first && known.count === events.length) return known.text
    const text = events.map(lineOf).join('')
    this.#batches.set(last, { first, count: events.length, text })
    return text
  }
}

function lineOf({ type, entry, previous }: StoreEvent): string {
  if (type === 'delete') return line('DELETED', entry.value)
  return line(previous === undefined ? 'ADDED' : 'MODIFIED', entry.value)
}
