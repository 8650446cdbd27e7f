/** Whether the object a token is bound to is still the same: looked up on every use, parsed only when it changed. */
import type { ObjectRef, Resource } from '../../../api/index.ts'
import type { Store } from '../../../store/index.ts'
import { objectKey } from '../../registry/object-key.ts'
import { decodeEntry } from '../../registry/object-text.ts'

export interface ObjectFacts {
  uid: string
  /** When it was marked to be deleted. */
  deletedAtMs: number | undefined
}

const MOST = 4096

export class ObjectFactsReader {
  readonly #store: Pick<Store, 'get'>
  readonly #known = new Map<string, ObjectFacts & { revision: number }>()

  constructor(store: Pick<Store, 'get'>) {
    this.#store = store
  }

  async of(resource: Resource, ref: ObjectRef): Promise<ObjectFacts | undefined> {
    const key = objectKey(resource, ref)
    const entry = await this.#store.get(key)
    if (entry === undefined) {
      this.#known.delete(key)
      return undefined
    }
    const known = this.#known.get(key)
    if (known?.revision === entry.revision) return known
    const { metadata } = decodeEntry(entry)
    const facts = { uid: metadata.uid ?? '', deletedAtMs: timeOf(metadata.deletionTimestamp), revision: entry.revision }
    if (this.#known.size >= MOST) this.#known.clear()
    this.#known.set(key, facts)
    return facts
  }
}

export const timeOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time)
