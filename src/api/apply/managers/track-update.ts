/** Records in `metadata.managedFields` what a create, update or patch changed, and in whose name.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/managedfields/internal (fieldmanager.go and the managers it chains). */
import { isJsonObject, type JsonObject } from '../../decode/index.ts'
import { difference, isEmpty, union } from '../field-set.ts'
import { emptyOf, type TypeNode } from '../type-node.ts'
import { sameValue } from '../typed/form.ts'
import { ItemError } from '../typed/item-element.ts'
import { capUpdaters } from './cap-updaters.ts'
import { decodeManaged, encodeManaged, type Managed, type Owner, ownerKey } from './managed.ts'
import { SERVER_FIELDS } from './server-fields.ts'
import { type FieldFilter, reconcileManaged, takeChanges } from './take-changes.ts'
import { oneVersion, type Versions } from './versions.ts'

export interface TrackOptions {
  type: TypeNode
  /** Of the request; both objects are in it. */
  apiVersion: string
  /** Who writes. */
  manager: string
  /** `''`: the object itself. */
  subresource: string
  /** Now, as metadata has times. */
  time: string
  /** What of the write is reset and thus not owned; missing: nothing. */
  filter?: FieldFilter
  /** Missing: the kind has no other version. */
  versions?: Versions
}

type Metadata = JsonObject & { managedFields?: unknown }

/** Sets `object.metadata.managedFields`, and changes nothing else. `live` is what the object replaces, missing when it
 *  is created. Where the fields cannot be told (an object that is not of its type's shape), nobody owns them. */
export function trackUpdate(live: JsonObject | undefined, object: JsonObject, options: TrackOptions): void {
  const metadata = metadataOf(object)
  const before = managedBefore(live, metadata, options.subresource)
  delete metadata.managedFields
  // An object that nobody owns a field of was reset, and stays so until something is applied.
  if (live !== undefined && before.managed.size === 0) return
  try {
    const managed = updateManaged(before.managed, { live, object }, options)
    const asBefore = managed === before.managed && before.encoded !== undefined
    const entries = asBefore ? before.encoded : encodeManaged(managed)
    if (entries !== undefined) metadata.managedFields = entries
  } catch (error) {
    if (!(error instanceof ItemError)) throw error
  }
}

function metadataOf(object: JsonObject): Metadata {
  const { metadata } = object
  return isJsonObject(metadata) ? metadata : {}
}

interface Before {
  managed: Managed
  /** The same as it is stored. */
  encoded?: unknown
}

/** The managers that the object names, if it does and they are sound; else those of the live object. */
function managedBefore(live: JsonObject | undefined, metadata: Metadata, subresource: string): Before {
  const stored = live === undefined ? undefined : metadataOf(live).managedFields
  const given = metadata.managedFields
  const own = (): Before => ({ managed: decodeManaged(stored, { trusted: true }), encoded: stored })
  if (subresource !== '' || given === undefined || sameValue(given, stored)) return own()
  if (isReset(given)) return { managed: new Map() }
  try {
    const managed = decodeManaged(given, { trusted: false })
    return managed.size === 0 ? own() : { managed }
  } catch {
    return own()
  }
}

/** An empty list, or one empty entry, asks to forget who owns what. */
function isReset(given: unknown): boolean {
  if (!Array.isArray(given)) return false
  const [first] = given
  return given.length === 0 || (given.length === 1 && isJsonObject(first) && Object.keys(first).length === 0)
}

interface Objects {
  live: JsonObject | undefined
  object: JsonObject
}

/** The managers themselves when nothing changed that anybody could own. */
export function updateManaged(before: Managed, { live, object }: Objects, options: TrackOptions): Managed {
  const { type, apiVersion, filter = (set) => set } = options
  const versions = options.versions ?? oneVersion(apiVersion, type)
  const { managed, changes } = takeChanges(
    reconcileManaged(before, versions),
    { before: live ?? { ...emptyOf(type), apiVersion }, after: object, apiVersion },
    { versions, filter, force: true },
  )
  const set = difference(union(changes.modified, changes.added), SERVER_FIELDS)
  const owner: Owner = {
    manager: options.manager || 'unknown',
    operation: 'Update',
    apiVersion,
    subresource: options.subresource,
  }
  if (!isEmpty(set)) {
    const key = ownerKey(owner)
    const own = managed.get(key)?.set
    managed.set(key, { ...owner, set: own === undefined ? set : union(set, own), ordered: false, time: options.time })
  } else if (sameEntries(managed, before)) return before
  return capUpdaters(managed)
}

function sameEntries(a: Managed, b: Managed): boolean {
  if (a.size !== b.size) return false
  for (const [key, entry] of a) if (b.get(key) !== entry) return false
  return true
}
