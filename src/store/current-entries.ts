/** The entries that were read or written last, in memory: most reads need no statement, and writers that look at an
 *  object before they change it look here. */
import type { Entry } from './store.ts'

const MAX_CHARACTERS = 8 * 1024 * 1024

/** Two generations: what is asked for moves to the young one; when that is full, the old one is forgotten. */
export class CurrentEntries {
  #young = new Map<string, Entry>()
  #old = new Map<string, Entry>()
  #characters = 0

  get(key: string): Entry | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.put(old)
    return old
  }

  put(entry: Entry): void {
    const characters = entry.key.length + entry.value.length
    this.#characters += characters
    if (this.#characters > MAX_CHARACTERS / 2) {
      this.#old = this.#young
      this.#young = new Map()
      this.#characters = characters
    }
    this.#young.set(entry.key, entry)
  }

  delete(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }
}
