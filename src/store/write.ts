/** What a write does to the state of its key: the one place with the rules of create, update and delete. */
import { StoreError } from './errors.ts'
import type { Encode, EncodeDeleted, Entry, StoreEvent } from './store.ts'

export type Write =
  | { readonly verb: 'create'; readonly key: string; readonly encode: Encode }
  | { readonly verb: 'update'; readonly key: string; readonly expectedRevision: number; readonly encode: Encode }
  | {
      readonly verb: 'delete'
      readonly key: string
      readonly expectedRevision: number | undefined
      readonly encode: EncodeDeleted
    }

/** The event that `write` causes as revision `revision` on the state `current`. Throws `exists`, `notFound`,
 *  `conflict`, or what `encode` throws. */
export function applyWrite(write: Write, current: Entry | undefined, revision: number): StoreEvent {
  const { key } = write
  if (write.verb === 'create') {
    if (current !== undefined)
      throw new StoreError('exists', `${key} exists already, since revision ${current.createRevision}`)
    return { type: 'put', key, entry: { key, value: write.encode(revision), revision, createRevision: revision } }
  }
  if (current === undefined) throw new StoreError('notFound', `${key} does not exist`)
  if (write.expectedRevision !== undefined && write.expectedRevision !== current.revision)
    throw new StoreError('conflict', `${key} is at revision ${current.revision}, not ${write.expectedRevision}`)
  const value = write.encode(revision, current)
  const entry = { key, value, revision, createRevision: current.createRevision }
  return { type: write.verb === 'delete' ? 'delete' : 'put', key, entry, previous: current }
}
