/** Required fields, from the schema. What the schema defaults is never missing here. */
import { getOwn, isJsonObject, type JsonObject } from '../decode/index.ts'
import { type FieldSchema, type ObjectSchema, schemaNamed, shapeOf } from '../schema/index.ts'
import { type FieldError, required } from './field-error.ts'

export function missingFields(schema: ObjectSchema, value: JsonObject): FieldError[] {
  // Nearly always nothing is, and then no paths need be put together.
  return isComplete(schema, value) ? [] : missingBelow(schema, value, '')
}

function isComplete(schema: ObjectSchema, value: JsonObject): boolean {
  for (const name of shapeOf(schema).required) if (getOwn(value, name) === undefined) return false
  for (const name in value) {
    const inner = value[name]
    if (typeof inner !== 'object' || inner === null) continue
    const field = getOwn(schema.fields, name)
    if (field !== undefined && !isCompleteIn(field, inner)) return false
  }
  return true
}

function isCompleteIn(field: FieldSchema, value: unknown): boolean {
  if (field.type === 'object') return !isJsonObject(value) || isComplete(schemaNamed(field.schema ?? ''), value)
  const { items } = field
  if (items === undefined || (items.type !== 'object' && items.items === undefined)) return true
  if (Array.isArray(value)) return value.every((item) => isCompleteIn(items, item))
  return !isJsonObject(value) || Object.values(value).every((item) => isCompleteIn(items, item))
}

function missingBelow(schema: ObjectSchema, value: JsonObject, path: string): FieldError[] {
  return Object.entries(schema.fields).flatMap(([name, field]) => {
    const fieldPath = path === '' ? name : `${path}.${name}`
    const inner = getOwn(value, name)
    if (inner === undefined) return field.required === true ? [required(fieldPath)] : []
    return missingIn(field, inner, fieldPath)
  })
}

function missingIn(field: FieldSchema, value: unknown, path: string): FieldError[] {
  if (field.type === 'object')
    return isJsonObject(value) ? missingBelow(schemaNamed(field.schema ?? ''), value, path) : []
  const { items } = field
  if (items === undefined) return []
  if (Array.isArray(value)) return value.flatMap((item, index) => missingIn(items, item, `${path}[${index}]`))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) => missingIn(items, item, `${path}[${key}]`))
}
