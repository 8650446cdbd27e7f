/** Lists of type `set` and `map` have each element, or each key, once. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/schema/listtype/validation.go. */
import { getOwn, isJsonObject, type JsonObject } from '../decode/index.ts'
import { duplicate, type FieldError, invalidValue } from '../validation/field-error.ts'
import type { Structural } from './schema/structural.ts'
import { canonicalText } from './value/check-value.ts'

export function listTypeErrors(object: JsonObject, schema: Structural): FieldError[] {
  const errors: FieldError[] = []
  inObject(object, schema, { path: '', errors })
  return errors
}

interface Place {
  path: string
  errors: FieldError[]
}

function visit(value: unknown, schema: Structural, place: Place): void {
  if (!schema.has.keyedLists) return
  if (Array.isArray(value)) inList(value, schema, place)
  else if (isJsonObject(value)) inObject(value, schema, place)
}

function inObject(object: JsonObject, schema: Structural, { path, errors }: Place): void {
  const additional = schema.additional?.schema
  for (const [field, value] of Object.entries(object)) {
    if (additional) visit(value, additional, { path: `${path}[${field}]`, errors })
    const property = schema.properties.get(field)
    if (property) visit(value, property, { path: path === '' ? field : `${path}.${field}`, errors })
  }
}

function inList(list: readonly unknown[], schema: Structural, { path, errors }: Place): void {
  if (schema.listType === 'set')
    for (const index of repeated(list)) errors.push(duplicate(`${path}[${index}]`, list[index]))
  if (schema.listType === 'map') errors.push(...keyErrors(list, schema.listMapKeys, path))
  if (schema.items)
    for (const [index, item] of list.entries()) visit(item, schema.items, { path: `${path}[${index}]`, errors })
}

function keyErrors(list: readonly unknown[], keys: readonly string[], path: string): FieldError[] {
  const stranger = list.findIndex((item) => item !== null && !isJsonObject(item))
  if (stranger >= 0)
    return [invalidValue(`${path}[${stranger}]`, list[stranger], 'must be an object for an array of list-type map')]
  const named = list.map((item) => {
    const found = keys.map((key) => [key, isJsonObject(item) ? getOwn(item, key) : undefined] as const)
    return Object.fromEntries(found.filter(([, value]) => value !== undefined))
  })
  return repeated(named).map((index) => duplicate(`${path}[${index}]`, named[index]))
}

/** The second of each element that is there more than once. */
function repeated(list: readonly unknown[]): number[] {
  if (list.length < 2) return []
  const times = new Map<string, number>()
  return list.flatMap((item, index) => {
    const text = canonicalText(item)
    const seen = (times.get(text) ?? 0) + 1
    times.set(text, seen)
    return seen === 2 ? [index] : []
  })
}
