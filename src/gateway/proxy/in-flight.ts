/** What is under way now. No Set: V8's hash tables are replaced when they have had enough changes, and one that was
 *  replaced refers to the next. Once one of them is old, all that follow, and the requests that were in them, outlive
 *  each collection of the young generation and are copied by it, until the whole heap is looked at. */

/** Its place among the others, which is only `InFlight`'s to change. */
export interface Placed {
  place: number
}

export class InFlight<T extends Placed> implements Iterable<T> {
  readonly #items: T[] = []

  get size(): number {
    return this.#items.length
  }

  /** One that is not in yet. */
  add(item: T): void {
    item.place = this.#items.length
    this.#items.push(item)
  }

  /** Does nothing for one that is not in. */
  delete(item: T): void {
    const { place } = item
    if (this.#items[place] !== item) return
    const last = this.#items.pop() as T
    if (last === item) return
    this.#items[place] = last
    last.place = place
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#items[Symbol.iterator]()
  }
}
