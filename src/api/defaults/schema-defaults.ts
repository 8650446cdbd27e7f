/** Defaults that the schema carries. */
import { cloneJson, getOwn, isJsonObject, type JsonObject, setOwn } from '../decode/index.ts'
import { type FieldSchema, type ObjectSchema, schemaNamed } from '../schema/index.ts'

/** Fills in what is missing, in place, and in what it filled in. `value` must be decoded. */
export function applySchemaDefaults(schema: ObjectSchema, value: JsonObject): void {
  for (const name of Object.keys(schema.fields)) {
    const field = schema.fields[name] as FieldSchema
    if (field.default !== undefined && getOwn(value, name) === undefined) setOwn(value, name, cloneJson(field.default))
    const inner = getOwn(value, name)
    if (typeof inner === 'object' && inner !== null) fill(field, inner)
  }
}

function fill(field: FieldSchema, value: unknown): void {
  if (field.type === 'object') {
    if (isJsonObject(value)) applySchemaDefaults(schemaNamed(field.schema ?? ''), value)
  } else if (field.items !== undefined && hasDefaults(field.items)) {
    const inner = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : []
    for (const item of inner) fill(field.items, item)
  }
}

/** Scalars inside lists and maps have none. */
const hasDefaults = (items: FieldSchema) => items.type === 'object' || items.items !== undefined
