/** Takes what a write changed from those who owned it.
 *  Source: structured-merge-diff v6, merge/update.go (update, reconcileManagedFieldsWithSchemaChanges). */
import type { JsonObject } from '../../decode/index.ts'
import { difference, type FieldSet, intersection, isEmpty, union } from '../field-set.ts'
import { compare, type Comparison } from '../typed/compare.ts'
import { reconcileSet } from '../typed/reconcile.ts'
import { ApplyConflicts, type OwnerConflict } from './conflicts.ts'
import type { Managed } from './managed.ts'
import { inVersion, type Versions } from './versions.ts'

/** Fields that a write to a subresource cannot set, and so does not own. */
export type FieldFilter = (set: FieldSet) => FieldSet

export interface Change {
  before: JsonObject
  after: JsonObject
  /** Of both objects. */
  apiVersion: string
}

export interface TakeOptions {
  versions: Versions
  filter: FieldFilter
  /** The owner that keeps what it has. */
  except?: string
  /** Take what others own without asking. */
  force: boolean
}

/** The managers after the change, and what changed. Entries of versions that are gone go with them.
 *  Throws ApplyConflicts unless `force`. */
export function takeChanges(
  managed: Managed,
  change: Change,
  options: TakeOptions,
): { managed: Managed; changes: Comparison } {
  const { versions, except } = options
  const comparisons = new Map<string, Comparison>()
  const compareIn = (apiVersion: string): Comparison => {
    const known = comparisons.get(apiVersion)
    if (known !== undefined) return known
    const comparison = compareVersions(change, apiVersion, options)
    comparisons.set(apiVersion, comparison)
    return comparison
  }
  const conflicts: OwnerConflict[] = []
  const left: Managed = new Map()
  for (const [key, entry] of managed) {
    if (key === except) {
      left.set(key, entry)
      continue
    }
    if (versions.typeOf(entry.apiVersion) === undefined) continue
    const { added, modified, removed } = compareIn(entry.apiVersion)
    if (!options.force) {
      const fields = intersection(entry.set, union(modified, added))
      if (!isEmpty(fields)) conflicts.push({ owner: entry, fields })
    }
    const set = difference(difference(difference(entry.set, modified), added), removed)
    if (set === entry.set) left.set(key, entry)
    else if (!isEmpty(set)) left.set(key, { ...entry, set })
  }
  if (conflicts.length > 0) throw new ApplyConflicts(conflicts)
  return { managed: left, changes: compareIn(change.apiVersion) }
}

function compareVersions(change: Change, apiVersion: string, { versions, filter }: TakeOptions): Comparison {
  const type = versions.typeOf(apiVersion) ?? {}
  const { added, modified, removed } = compare(
    type,
    inVersion(versions, change.before, apiVersion),
    inVersion(versions, change.after, apiVersion),
  )
  return { added: filter(added), modified: filter(modified), removed: filter(removed) }
}

/** Brings sets in line with types that changed since; drops those of versions that are gone. */
export function reconcileManaged(managed: Managed, versions: Versions): Managed {
  const result: Managed = new Map()
  for (const [key, entry] of managed) {
    const type = versions.typeOf(entry.apiVersion)
    if (type === undefined) continue
    const set = reconcileSet(type, entry.set)
    result.set(key, set === entry.set ? entry : { ...entry, set })
  }
  return result
}
