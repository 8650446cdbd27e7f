/** Owners of a workload's number of replicas, as the workload has them and as its `scale` subresource does.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/managedfields/scalehandler.go. */
import type { JsonObject } from '../../decode/index.ts'
import { difference, hasPath, isEmpty, setOfPath } from '../field-set.ts'
import { decodeManaged, encodeManaged, type Managed, type ManagedEntry, ownerKey } from './managed.ts'

const SCALE_VERSION = 'autoscaling/v1'
const SCALE_REPLICAS = ['f:spec', 'f:replicas']

export interface ScaleMapping {
  /** Of the workload. */
  apiVersion: string
  /** Where the workload has its replicas, in each of its versions: `['f:spec', 'f:replicas']`. */
  replicasPath: (apiVersion: string) => readonly string[] | undefined
}

const entriesOf = (encoded: unknown): Managed => decodeManaged(encoded, { trusted: true })

/** Entries of the workload as entries of its scale: only who owns the replicas. */
export function toScaleEntries(parent: unknown, { replicasPath }: ScaleMapping): JsonObject[] | undefined {
  const managed: Managed = new Map()
  for (const entry of entriesOf(parent).values()) {
    const path = replicasPath(entry.apiVersion)
    if (path === undefined || !hasPath(entry.set, path)) continue
    const owner = { ...entry, apiVersion: SCALE_VERSION, set: setOfPath(SCALE_REPLICAS) }
    managed.set(ownerKey(owner), owner)
  }
  return encodeManaged(managed)
}

/** The workload's entries after those of its scale became `scale`. */
export function toParentEntries(parent: unknown, scale: unknown, mapping: ScaleMapping): JsonObject[] | undefined {
  const left = entriesOf(scale)
  const result: Managed = new Map()
  const keep = (entry: ManagedEntry) => result.set(ownerKey(entry), entry)
  for (const entry of entriesOf(parent).values()) {
    const path = mapping.replicasPath(entry.apiVersion)
    if (path === undefined) continue
    const asScale = ownerKey({ ...entry, apiVersion: SCALE_VERSION })
    if (!hasPath(entry.set, path)) keep(entry)
    else if (left.delete(asScale)) keep(entry)
    else {
      const set = difference(entry.set, setOfPath(path))
      if (!isEmpty(set)) keep({ ...entry, set })
    }
  }
  const path = mapping.replicasPath(mapping.apiVersion)
  // A new owner's entry is not dated.
  for (const entry of left.values())
    if (path !== undefined && hasPath(entry.set, SCALE_REPLICAS))
      keep({ ...entry, apiVersion: mapping.apiVersion, set: setOfPath(path), time: undefined })
  return encodeManaged(result)
}
