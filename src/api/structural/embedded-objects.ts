/** Objects of the API inside custom resources (`x-kubernetes-embedded-resource`): their apiVersion, kind and metadata are
 *  brought into form and checked as those of any object. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/schema/objectmeta. */
import { decodeMetadata, isJsonObject, type JsonObject } from '../decode/index.ts'
import { dns1035LabelProblems } from '../formats/index.ts'
import { type FieldError, invalidValue, required } from '../validation/field-error.ts'
import { validateEmbeddedMetadata } from '../validation/metadata.ts'
import type { Structural } from './schema/structural.ts'

export interface CoerceOptions {
  /** Paths of metadata fields that no object has are added here. */
  unknown?: string[] | undefined
  /** Whether fields of the wrong type are dropped rather than refused. */
  dropInvalid?: boolean
  /** Whether `value` itself is such an object, whatever its schema says. */
  isResource?: boolean
}

/** Changes `value`. The first thing of the wrong type is returned. `path` is empty for an object as a whole. */
export function coerceEmbedded(
  value: unknown,
  schema: Structural,
  path: string,
  options: CoerceOptions = {},
): FieldError | undefined {
  const isResource = schema.embeddedResource || options.isResource === true
  if (!isResource && !schema.has.embedded) return undefined
  const inner = { ...options, isResource: false }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const error = schema.items && coerceEmbedded(item, schema.items, `${path}[${index}]`, inner)
      if (error) return error
    }
    return undefined
  }
  if (!isJsonObject(value)) return undefined
  if (isResource) {
    const error = coerceResource(value, path, options)
    if (error) return error
  }
  for (const [field, one] of Object.entries(value)) {
    const property = schema.properties.get(field)
    const known = property ?? schema.additional?.schema
    const error = known && coerceEmbedded(one, known, property ? child(path, field) : `${path}[${field}]`, inner)
    if (error) return error
  }
  return undefined
}

function coerceResource(object: JsonObject, path: string, options: CoerceOptions): FieldError | undefined {
  for (const field of ['apiVersion', 'kind']) {
    if (!Object.hasOwn(object, field) || typeof object[field] === 'string') continue
    if (options.dropInvalid !== true) return invalidValue(child(path, field), object[field], 'must be a string')
    delete object[field]
  }
  if (!Object.hasOwn(object, 'metadata')) return undefined
  const place = child(path, 'metadata')
  const decoded = decodeMetadata(object.metadata, place, { dropInvalid: options.dropInvalid === true })
  if (!decoded.ok) return options.dropInvalid === true ? undefined : invalidValue(place, object.metadata, decoded.error)
  options.unknown?.push(...decoded.unknown)
  object.metadata = decoded.metadata
  return undefined
}

/** Errors of the objects inside `value`; of `value` itself only where its schema, or `isResource`, says it is one. */
export function embeddedErrors(
  value: unknown,
  schema: Structural,
  path = '',
  isResource = schema.embeddedResource,
): FieldError[] {
  if (!isResource && !schema.has.embedded) return []
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.flatMap((item, index) => embeddedErrors(item, items, `${path}[${index}]`)) : []
  }
  if (!isJsonObject(value)) return []
  const errors = isResource ? resourceErrors(value, path) : []
  for (const [field, one] of Object.entries(value)) {
    const property = schema.properties.get(field)
    if (property) errors.push(...embeddedErrors(one, property, child(path, field)))
    else if (schema.additional?.schema)
      errors.push(...embeddedErrors(one, schema.additional.schema, `${path}[${field}]`))
  }
  return errors
}

function resourceErrors(object: JsonObject, path: string): FieldError[] {
  return [
    ...apiVersionErrors(object, child(path, 'apiVersion')),
    ...kindErrors(object, child(path, 'kind')),
    ...metadataErrors(object, child(path, 'metadata')),
  ]
}

function apiVersionErrors(object: JsonObject, field: string): FieldError[] {
  if (!Object.hasOwn(object, 'apiVersion')) return [required(field)]
  const { apiVersion } = object
  if (typeof apiVersion !== 'string') return [invalidValue(field, apiVersion, 'must be a string')]
  if (apiVersion === '') return [invalidValue(field, apiVersion, 'must not be empty')]
  if (apiVersion !== '/' && apiVersion.split('/').length > 2)
    return [invalidValue(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)]
  return []
}

function kindErrors(object: JsonObject, field: string): FieldError[] {
  if (!Object.hasOwn(object, 'kind')) return [required(field)]
  const { kind } = object
  if (typeof kind !== 'string') return [invalidValue(field, kind, 'must be a string')]
  if (kind === '') return [invalidValue(field, kind, 'must not be empty')]
  const problems = dns1035LabelProblems(kind.toLowerCase())
  if (problems.length === 0) return []
  return [invalidValue(field, kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`)]
}

function metadataErrors(object: JsonObject, field: string): FieldError[] {
  if (!Object.hasOwn(object, 'metadata')) return []
  const decoded = decodeMetadata(object.metadata, field)
  if (!decoded.ok) return [invalidValue(field, object.metadata, decoded.error)]
  return validateEmbeddedMetadata(decoded.metadata, field)
}

const child = (path: string, field: string) => (path === '' ? field : `${path}.${field}`)
