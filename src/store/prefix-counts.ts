/** How many keys there are below prefixes that were asked about, kept up to date by what is written: counting a hundred
 *  thousand takes longer than reading a page of them. */
import type { StoreEvent } from './store.ts'

const REMEMBERED_PREFIXES = 16

export class PrefixCounts {
  /** The one that was asked for last is the last. */
  readonly #counts = new Map<string, number>()

  /** `count` is asked when it is not known. */
  get(prefix: string, count: () => number): number {
    const known = this.#counts.get(prefix) ?? count()
    this.#counts.delete(prefix)
    this.#counts.set(prefix, known)
    if (this.#counts.size > REMEMBERED_PREFIXES) this.#counts.delete(this.#counts.keys().next().value ?? '')
    return known
  }

  apply(events: readonly StoreEvent[]): void {
    for (const { type, key, previous } of events) {
      const change = type === 'delete' ? -1 : previous === undefined ? 1 : 0
      if (change === 0) continue
      for (const [prefix, count] of this.#counts) if (key.startsWith(prefix)) this.#counts.set(prefix, count + change)
    }
  }
}
