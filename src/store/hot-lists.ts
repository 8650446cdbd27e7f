/** Lists that are asked for again and again, kept in memory and brought up to date by what is written since. Reading
 *  thousands of rows takes longer than sending them. */
import { compareKeys, lowerBound } from './key.ts'
import type { Entry, StoreEvent } from './store.ts'

/** Together. */
const MAX_CHARACTERS = 32 * 1024 * 1024
/** A list is kept when it is asked for a second time among so many. */
const REMEMBERED_PREFIXES = 16
/** With more changes than one in so many, it is read anew. */
const MAX_CHANGED_PART = 4

interface HotList {
  entries: readonly Entry[]
  characters: number
  /** Since `entries` was made; undefined: deleted. */
  changed: Map<string, Entry | undefined>
}

export class HotLists {
  /** The one that was asked for last is the last. */
  readonly #lists = new Map<string, HotList>()
  #asked: string[] = []

  /** The entries below `prefix`, in key order; the same array as long as nothing has changed. */
  get(prefix: string): readonly Entry[] | undefined {
    const list = this.#lists.get(prefix)
    if (list === undefined) return undefined
    this.#lists.delete(prefix)
    if (list.changed.size * MAX_CHANGED_PART > list.entries.length) return undefined
    if (list.changed.size > 0) bringUpToDate(list)
    this.#lists.set(prefix, list)
    return list.entries
  }

  /** A whole list was read. */
  offer(prefix: string, entries: readonly Entry[]): void {
    const again = this.#asked.includes(prefix)
    this.#asked = [prefix, ...this.#asked.filter((other) => other !== prefix)].slice(0, REMEMBERED_PREFIXES)
    const characters = entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
    if (!again || entries.length === 0 || characters > MAX_CHARACTERS) return
    this.#lists.set(prefix, { entries, characters, changed: new Map() })
    let all = 0
    for (const [other, list] of [...this.#lists].reverse()) {
      all += list.characters
      if (all > MAX_CHARACTERS) this.#lists.delete(other)
    }
  }

  apply(events: readonly StoreEvent[]): void {
    for (const [prefix, { changed }] of this.#lists)
      for (const { type, key, entry } of events)
        if (key.startsWith(prefix)) changed.set(key, type === 'delete' ? undefined : entry)
  }
}

/** One pass over both: the old list and the changes in key order. */
function bringUpToDate(list: HotList): void {
  const changes = [...list.changed].sort(([a], [b]) => compareKeys(a, b))
  const keys = list.entries.map(({ key }) => key)
  const entries: Entry[] = []
  let from = 0
  for (const [key, entry] of changes) {
    const at = lowerBound(keys, key)
    for (let i = from; i < at; i++) entries.push(list.entries[i] as Entry)
    from = keys[at] === key ? at + 1 : at
    if (entry !== undefined) entries.push(entry)
  }
  for (let i = from; i < keys.length; i++) entries.push(list.entries[i] as Entry)
  list.entries = entries
  list.characters = entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
  list.changed = new Map()
}
