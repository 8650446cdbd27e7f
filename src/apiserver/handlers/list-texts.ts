/** The items of lists that are asked for again while nothing changes: put together once. */
import type { Entry } from '../../store/index.ts'

/** Small ones are put together sooner than looked up. */
const FROM_ENTRIES = 50

export class ListTexts {
  /** The store hands out the same array as long as nothing has changed. */
  readonly #seen = new WeakSet<readonly Entry[]>()
  readonly #items = new WeakMap<readonly Entry[], Uint8Array>()

  /** The stored texts with commas between them; undefined the first time, and where it is not worth it. */
  itemsOf(entries: readonly Entry[]): Uint8Array | undefined {
    if (entries.length < FROM_ENTRIES) return undefined
    const known = this.#items.get(entries)
    if (known !== undefined) return known
    if (!this.#seen.has(entries)) {
      this.#seen.add(entries)
      return undefined
    }
    const items = Buffer.from(entries.map(({ value }) => value).join(','))
    this.#items.set(entries, items)
    return items
  }
}
