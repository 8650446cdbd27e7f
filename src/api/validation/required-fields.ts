/** Required fields, from the schema. What the schema defaults is never missing here. */
import { getOwn, isJsonObject, type JsonObject } from '../decode/index.ts'
import { type FieldSchema, type ObjectSchema, schemaNamed } from '../schema/index.ts'
import { type FieldError, required } from './field-error.ts'

export function missingFields(schema: ObjectSchema, value: JsonObject, path = ''): FieldError[] {
  return Object.entries(schema.fields).flatMap(([name, field]) => {
    const fieldPath = path === '' ? name : `${path}.${name}`
    const inner = getOwn(value, name)
    if (inner === undefined) return field.required === true ? [required(fieldPath)] : []
    return missingIn(field, inner, fieldPath)
  })
}

function missingIn(field: FieldSchema, value: unknown, path: string): FieldError[] {
  if (field.type === 'object')
    return isJsonObject(value) ? missingFields(schemaNamed(field.schema ?? ''), value, path) : []
  const { items } = field
  if (items === undefined) return []
  if (Array.isArray(value)) return value.flatMap((item, index) => missingIn(items, item, `${path}[${index}]`))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) => missingIn(items, item, `${path}[${key}]`))
}
