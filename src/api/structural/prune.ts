/** Takes from an object the fields that its schema does not know. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/schema/pruning/algorithm.go. */
import { isJsonObject, type JsonObject } from '../decode/index.ts'
import type { Structural } from './schema/structural.ts'

const META_FIELDS = new Set(['apiVersion', 'kind', 'metadata'])

interface Place {
  path: string
  /** Collects the paths of what is taken away. */
  unknown: string[] | undefined
}

/** Changes `object`, an object of the API whose apiVersion, kind and metadata are left alone. Paths of removed fields
 *  are added to `unknown`: `spec.list[0].field`. */
export function pruneObject(object: JsonObject, schema: Structural | undefined, unknown?: string[]): void {
  const place = { path: '', unknown }
  if (schema?.preserveUnknownFields) skip(object, { ...schema, embeddedResource: true }, place)
  else if (schema) pruneFields(object, { ...schema, embeddedResource: true }, place)
  else for (const field of Object.keys(object)) if (!META_FIELDS.has(field)) remove(object, field, place)
}

/** Changes `value`. Without a schema all fields of all objects in it are unknown. */
export function pruneValue(value: unknown, schema: Structural | undefined): void {
  prune(value, schema, { path: '', unknown: undefined })
}

function prune(value: unknown, schema: Structural | undefined, place: Place): void {
  if (schema?.preserveUnknownFields) skip(value, schema, place)
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) prune(item, schema?.items, at(place, index))
  else if (isJsonObject(value)) {
    if (schema) pruneFields(value, schema, place)
    else for (const field of Object.keys(value)) remove(value, field, place)
  }
}

function pruneFields(object: JsonObject, schema: Structural, place: Place): void {
  for (const field of Object.keys(object)) {
    if (schema.embeddedResource && META_FIELDS.has(field)) continue
    const property = schema.properties.get(field)
    if (property) prune(object[field], property, within(place, field))
    else if (schema.additional) prune(object[field], schema.additional.schema, within(place, field))
    else remove(object, field, place)
  }
}

/** Unknown fields are kept here, but what is known of inner fields counts for them again. */
function skip(value: unknown, schema: Structural | undefined, place: Place): void {
  if (schema === undefined) return
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) skip(item, schema.items, at(place, index))
    return
  }
  if (!isJsonObject(value)) return
  for (const field of Object.keys(value)) {
    if (schema.embeddedResource && META_FIELDS.has(field)) continue
    const property = schema.properties.get(field)
    if (property) prune(value[field], property, within(place, field))
    else if (schema.additional) prune(value[field], schema.additional.schema, within(place, field))
  }
}

function remove(object: JsonObject, field: string, place: Place): void {
  place.unknown?.push(within(place, field).path)
  delete object[field]
}

// Paths are only made when somebody wants to know them.
const within = (place: Place, field: string): Place =>
  place.unknown === undefined
    ? place
    : { path: place.path === '' ? field : `${place.path}.${field}`, unknown: place.unknown }
const at = (place: Place, index: number): Place =>
  place.unknown === undefined ? place : { path: `${place.path}[${index}]`, unknown: place.unknown }
