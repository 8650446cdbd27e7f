/** Between the store and a resource: where its objects are, and the form they are kept in. Nearly always that is the
 *  form they are served in, and then nothing is parsed or copied. */
import type { ObjectRef, Resource } from '../../api/index.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import type { Backend } from '../server/context.ts'
import type { Entry, ListOptions, ListResult, StoreEvent } from '../../store/index.ts'
import type { AnyObject } from './any-object.ts'
import { objectKey, prefixOf } from './object-key.ts'
import { decodeText, encodeObject } from './object-text.ts'

type ModelOwner = Pick<Backend, 'catalog'>

export function storedKey({ catalog }: ModelOwner, resource: Resource, ref: ObjectRef): string {
  const { group, plural } = catalog.modelOf(resource).storage
  return objectKey({ group, plural, namespaced: resource.namespaced }, ref)
}

export function storedPrefix({ catalog }: ModelOwner, resource: Resource, namespace?: string): string {
  return prefixOf(catalog.modelOf(resource).storage, namespace)
}

/** The stored object as the resource has it: a fresh copy that the caller may change. */
export async function readStored({ catalog }: ModelOwner, resource: Resource, entry: Entry): Promise<AnyObject> {
  const { conversion } = catalog.modelOf(resource)
  const object = decodeText(entry.value)
  if (conversion === undefined || !conversion.needed(object.apiVersion ?? '', entry.revision)) return object
  const [converted] = await conversion.fromStored([object])
  return converted ?? object
}

/** The object as it is kept: itself, when that is how it is served. */
export async function toStored(model: KindModel, object: AnyObject): Promise<AnyObject> {
  return model.conversion === undefined ? object : model.conversion.toStored(object)
}

/** Entries as the resource serves them: what selects among them sees that form too. The same array when nothing needs
 *  converting. */
async function servedEntries(
  { catalog }: ModelOwner,
  resource: Resource,
  entries: readonly Entry[],
): Promise<readonly Entry[]> {
  const { conversion } = catalog.modelOf(resource)
  if (conversion === undefined) return entries
  const stale = entries.filter(({ value, revision }) => conversion.needed(apiVersionIn(value), revision))
  if (stale.length === 0) return entries
  const objects = await conversion.fromStored(stale.map(({ value }) => decodeText(value)))
  const converted = new Map(stale.map((entry, i) => [entry, objects[i]]))
  return entries.map((entry) => {
    const object = converted.get(entry)
    if (object === undefined) return entry
    return { ...entry, value: encodeObject(resource, object, Number(object.metadata.resourceVersion)) }
  })
}

/** A page of what is stored below `prefix`, in the form that is served. */
export async function listServed(
  backend: Pick<Backend, 'catalog' | 'store'>,
  resource: Resource,
  prefix: string,
  options?: ListOptions,
): Promise<ListResult> {
  const page = await backend.store.list(prefix, options)
  if (backend.catalog.modelOf(resource).conversion === undefined) return page
  return { ...page, entries: await servedEntries(backend, resource, page.entries) }
}

/** As `servedEntries`, for what a watch is told. */
export async function servedEvents(
  backend: ModelOwner,
  resource: Resource,
  events: readonly StoreEvent[],
): Promise<readonly StoreEvent[]> {
  if (backend.catalog.modelOf(resource).conversion === undefined) return events
  const before = events.flatMap(({ previous }) => previous ?? [])
  const served = await servedEntries(backend, resource, [...events.map(({ entry }) => entry), ...before])
  const previous = served.slice(events.length)
  return events.map((event, i) => {
    const entry = served[i] ?? event.entry
    const former = event.previous && previous.shift()
    return { ...event, entry, ...(former && { previous: former }) }
  })
}

/** `revision` is when the text was written; missing: just now. */
export async function servedText(
  { catalog }: ModelOwner,
  resource: Resource,
  text: string,
  revision?: number,
): Promise<string> {
  const { conversion } = catalog.modelOf(resource)
  if (conversion === undefined || !conversion.needed(apiVersionIn(text), revision)) return text
  const [object] = await conversion.fromStored([decodeText(text)])
  return object === undefined ? text : encodeObject(resource, object, Number(object.metadata.resourceVersion))
}

const HEAD = '{"apiVersion":"'

/** Every stored text begins with its version (object-text.ts). */
function apiVersionIn(text: string): string {
  return text.startsWith(HEAD) ? text.slice(HEAD.length, text.indexOf('"', HEAD.length)) : ''
}
