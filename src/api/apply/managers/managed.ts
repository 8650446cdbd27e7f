/** Who owns what of an object: `metadata.managedFields` decoded, and encoded in Kubernetes' order.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/managedfields/internal/managedfields.go. */
import { isJsonObject, type JsonObject } from '../../decode/index.ts'
import type { FieldSet } from '../field-set.ts'
import { inOrder, parseFieldsV1 } from '../fields-v1.ts'
import { sameValue } from '../typed/form.ts'

export type Operation = 'Apply' | 'Update'

export interface Owner {
  manager: string
  operation: Operation
  /** The version in which the manager spoke of the fields. */
  apiVersion: string
  /** `''`: the object itself. */
  subresource: string
}

export interface ManagedEntry extends Owner {
  set: FieldSet
  /** Whether the set is in canonical order, and need not be sorted to be stored. Taking fields away keeps the order. */
  ordered: boolean
  time: string | undefined
}

/** By owner. */
export type Managed = Map<string, ManagedEntry>

/** Tells owners apart, and puts them in the order of messages: as JSON, put together by hand because every write needs
 *  several. Who applies has one entry whatever the version. */
export function ownerKey({ manager, operation, apiVersion, subresource }: Owner): string {
  const who = manager === '' ? '{' : `{"manager":${JSON.stringify(manager)},`
  const version = operation === 'Update' ? `,"apiVersion":${JSON.stringify(apiVersion)}` : ''
  const part = subresource === '' ? '' : `,"subresource":${JSON.stringify(subresource)}`
  return `${who}"operation":"${operation}"${version}${part}}`
}

/** `trusted`: as this server wrote it, in order. Throws Error for what is no sound list. */
export function decodeManaged(entries: unknown, options: { trusted: boolean }): Managed {
  const managed: Managed = new Map()
  if (!Array.isArray(entries)) return managed
  for (const [i, value] of entries.entries()) {
    const entry = decodeEntry(value, i, options.trusted)
    managed.set(ownerKey(entry), entry)
  }
  return managed
}

function decodeEntry(value: unknown, i: number, trusted: boolean): ManagedEntry {
  const entry = isJsonObject(value) ? value : {}
  const { operation } = entry
  if (operation !== 'Apply' && operation !== 'Update') throw new Error('operation must be `Apply` or `Update`')
  const apiVersion = textOf(entry['apiVersion'])
  if (apiVersion === '') throw new Error('apiVersion must not be empty')
  const fieldsType = textOf(entry['fieldsType'])
  if (fieldsType === '') throw new Error(`missing fieldsType in managed fields entry ${i}`)
  if (fieldsType !== 'FieldsV1')
    throw new Error(`invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${i}`)
  const fields = entry['fieldsV1'] ?? {}
  return {
    manager: textOf(entry['manager']),
    operation,
    apiVersion,
    subresource: textOf(entry['subresource']),
    set: trusted ? (fields as FieldSet) : parseFieldsV1(fields),
    ordered: true,
    time: textOf(entry['time']) || undefined,
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Whether a list of entries that came from elsewhere can be taken. */
export function soundManagedFields(entries: unknown): boolean {
  try {
    decodeManaged(entries, { trusted: false })
    return true
  } catch {
    return false
  }
}

/** Whether two lists differ in nothing but the times of their entries. */
export function sameButTimes(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
  return a.every((entry, i) => sameValue(withoutTime(entry), withoutTime(b[i])))
}

function withoutTime(entry: unknown): unknown {
  if (!isJsonObject(entry)) return entry
  const { time: _, ...rest } = entry
  return rest
}

/** Undefined when nobody owns anything. */
export function encodeManaged(managed: Managed): JsonObject[] | undefined {
  if (managed.size === 0) return undefined
  return [...managed.values()].sort(compareEntries).map((entry) => ({
    ...(entry.manager !== '' && { manager: entry.manager }),
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    ...(entry.time !== undefined && { time: entry.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: entry.ordered ? entry.set : inOrder(entry.set),
    ...(entry.subresource !== '' && { subresource: entry.subresource }),
  }))
}

/** Who applied before who updated, then the oldest first. */
function compareEntries(a: ManagedEntry, b: ManagedEntry): number {
  return (
    compareTexts(a.operation, b.operation) ||
    secondsOf(a.time) - secondsOf(b.time) ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource, b.subresource)
  )
}

export const secondsOf = (time: string | undefined): number =>
  time === undefined ? 0 : Math.floor(Date.parse(time) / 1000) || 0

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
