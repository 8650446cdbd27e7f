/** Fields that stay as they were made. */
import { isDeepStrictEqual } from 'node:util'
import { type FieldError, invalidValue } from './field-error.ts'

/** Key order does not matter; a missing field equals an empty list, as in Kubernetes' semantic equality. An object without
 *  fields is none: where there is one, there was a pointer, and maps are left out while they are empty. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (isEmpty(a) && isEmpty(b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  if (isDeepStrictEqual(a, b)) return true
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys].every((key) => sameValue(ownValue(left, key), ownValue(right, key)))
}

const ownValue = (object: Record<string, unknown>, key: string) =>
  Object.hasOwn(object, key) ? object[key] : undefined

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)

export function immutable(value: unknown, old: unknown, field: string, why = 'field is immutable'): FieldError[] {
  return sameValue(value, old) ? [] : [invalidValue(field, value, why)]
}
