/** Which of the forms that a type allows a value is taken in. Source: structured-merge-diff v6, typed/helpers.go. */
import { isJsonObject, type JsonObject } from '../../decode/index.ts'
import type { TypeNode } from '../type-node.ts'

export type Form = 'map' | 'list' | 'scalar'

/** A null, and a value of a form the type does not have, is taken in the first form that the type has. */
export function formOf(type: TypeNode, value: unknown): Form | undefined {
  if (Array.isArray(value)) {
    if (type.list !== undefined) return 'list'
  } else if (typeof value === 'object') {
    if (value !== null && type.map !== undefined) return 'map'
  } else if (type.scalar !== undefined) return 'scalar'
  if (type.map !== undefined) return 'map'
  if (type.scalar !== undefined) return 'scalar'
  return type.list === undefined ? undefined : 'list'
}

/** The value if it is an object, undefined if it is missing, null or something else. */
export const mapOrNone = (value: unknown): JsonObject | undefined => (isJsonObject(value) ? value : undefined)
export const listOrNone = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined)

/** Without looking into prototypes. A field that is set to undefined is not there. */
export const ownField = (object: JsonObject | undefined, name: string): unknown =>
  object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined

export const isEmptyMap = (map: JsonObject | undefined): boolean => {
  for (const name in map) if (map[name] !== undefined) return false
  return true
}

/** Equality of JSON values; the order of an object's fields does not count. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameItems(a, b)
  return sameFields(a as JsonObject, b as JsonObject)
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!sameValue(a[i], b[i])) return false
  return true
}

function sameFields(a: JsonObject, b: JsonObject): boolean {
  let count = 0
  for (const name of Object.keys(a)) {
    if (a[name] === undefined) continue
    const right = ownField(b, name)
    if (right === undefined || !sameValue(a[name], right)) return false
    count++
  }
  for (const name of Object.keys(b)) if (b[name] !== undefined) count--
  return count === 0
}
