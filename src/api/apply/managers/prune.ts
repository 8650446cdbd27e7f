/** Removes what a manager applied last time and not this time, unless someone else owns it.
 *  Source: structured-merge-diff v6, merge/update.go (prune and what it calls). */
import type { JsonObject } from '../../decode/index.ts'
import { difference, EMPTY, type FieldSet, intersection, isEmpty, union, withNamedFields } from '../field-set.ts'
import { fieldSetOf } from '../typed/field-set-of.ts'
import { removeFields } from '../typed/remove.ts'
import { type Managed, type ManagedEntry, ownerKey } from './managed.ts'
import { inVersion, type Versions } from './versions.ts'

/** `merged` is in `apiVersion`, and so is the result. `managed` has the new set of who applies; `last` is the former. */
export function prune(
  merged: JsonObject,
  last: ManagedEntry | undefined,
  { managed, apiVersion, versions }: { managed: Managed; apiVersion: string; versions: Versions },
): JsonObject {
  if (last === undefined || isEmpty(last.set) || isStillOwned(last, managed)) return merged
  const type = versions.typeOf(last.apiVersion)
  if (type === undefined) return merged
  const whole = inVersion(versions, merged, last.apiVersion)
  const owned = withNamedFields(last.set, type)
  let pruned = removeFields(type, whole, owned)
  for (const [version, set] of ownedByVersion(managed, last.apiVersion))
    pruned = addBackOwned({ whole, pruned }, { version, owned: set, versions })
  pruned = inVersion(versions, withVersion(pruned, whole), last.apiVersion)
  // Only what was owned goes: a list's item that others never claimed stays when its own fields do.
  const gone = difference(
    withNamedFields(fieldSetOf(type, whole), type),
    withNamedFields(fieldSetOf(type, pruned), type),
  )
  return inVersion(versions, withVersion(removeFields(type, whole, intersection(gone, owned)), whole), apiVersion)
}

/** Whether who applies names all that it named before. */
function isStillOwned(last: ManagedEntry, managed: Managed): boolean {
  const now = managed.get(ownerKey(last))
  return now?.apiVersion === last.apiVersion && isEmpty(difference(last.set, now.set))
}

/** The version of the last apply first, as converting may need fields that pruning took. */
function ownedByVersion(managed: Managed, first: string): Map<string, FieldSet> {
  const byVersion = new Map<string, FieldSet>()
  for (const { apiVersion, set } of managed.values())
    if (apiVersion === first) byVersion.set(apiVersion, union(byVersion.get(apiVersion) ?? EMPTY, set))
  for (const { apiVersion, set } of managed.values())
    if (apiVersion !== first) byVersion.set(apiVersion, union(byVersion.get(apiVersion) ?? EMPTY, set))
  return byVersion
}

/** What was pruned although someone owns it comes back. */
function addBackOwned(
  { whole, pruned }: { whole: JsonObject; pruned: JsonObject },
  { version, owned, versions }: { version: string; owned: FieldSet; versions: Versions },
): JsonObject {
  const type = versions.typeOf(version)
  if (type === undefined) return pruned
  const all = inVersion(versions, whole, version)
  const left = inVersion(versions, withVersion(pruned, whole), version)
  const named = (set: FieldSet) => withNamedFields(set, type)
  const kept = union(named(fieldSetOf(type, left)), named(owned))
  return removeFields(type, all, difference(named(fieldSetOf(type, all)), kept))
}

/** Pruning may take the very fields that say what the object is. */
function withVersion(object: JsonObject, original: JsonObject): JsonObject {
  if (object['apiVersion'] !== undefined) return object
  return { ...object, apiVersion: original['apiVersion'], kind: original['kind'] }
}
