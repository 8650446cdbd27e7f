/** Brings an object to the form in which it is stored: what was left out is filled in. */
import { cloneJson, getOwn, isJsonObject, type JsonObject, setOwn } from '../decode/index.ts'
import type { KubeObject } from '../object.ts'
import type { Resource } from '../resource.ts'
import { type FieldSchema, type ObjectSchema, schemaFor, schemaNamed, shapeOf } from '../schema/index.ts'
import { typeDefaults } from './type-defaults.ts'

/** Changes `object`, which must be decoded, in place: first the schema's own defaults, then those that Kubernetes
 *  computes, from the outside in. Doing it twice changes nothing more. */
export function applyDefaults(resource: Pick<Resource, 'group' | 'version' | 'kind'>, object: KubeObject): void {
  fillFields(schemaFor(resource), object as unknown as JsonObject)
}

function fillFields(schema: ObjectSchema, value: JsonObject): void {
  for (const [name, fallback] of shapeOf(schema).defaults)
    if (getOwn(value, name) === undefined) setOwn(value, name, cloneJson(fallback))
  getOwn(typeDefaults, schema.id)?.(value)
  for (const name in value) {
    const inner = value[name]
    const field = typeof inner === 'object' && inner !== null ? getOwn(schema.fields, name) : undefined
    if (field !== undefined) fillValue(field, inner)
  }
}

function fillValue(field: FieldSchema, value: unknown): void {
  if (field.type === 'object') {
    if (isJsonObject(value)) fillFields(schemaNamed(field.schema ?? ''), value)
  } else if (field.items?.type === 'object' || field.items?.items !== undefined) {
    const inner = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : []
    for (const item of inner) fillValue(field.items, item)
  }
}
