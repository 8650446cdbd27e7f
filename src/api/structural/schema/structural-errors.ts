/** Whether a schema is structural, and if not, why. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/schema/validation.go and complete.go; the wording is theirs. */
import type { JSONSchemaProps } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidValue, required } from '../../validation/field-error.ts'
import { additionalOf, hasAdditional, itemsOf, propertiesOf } from './json-schema.ts'
import { completenessErrors } from './completeness-errors.ts'
import { isIntOrStringAllOf, isIntOrStringAnyOf } from './int-or-string.ts'
import { valueValidationErrors } from './nested-errors.ts'

export type Level = 'root' | 'item' | 'field'

/** None: it is structural. */
export function structuralErrors(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors = [...invariantErrors(schema, 'root', path), ...completenessErrors(schema, path)]
  const text = (error: FieldError) => `${error.field}: ${error.message}`
  return errors.sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0))
}

function invariantErrors(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const items = itemsOf(schema)
  const errors: FieldError[] = []
  if (schema.type === 'array' && items === undefined) errors.push(required(`${path}.items`, 'must be specified'))
  if (items) errors.push(...invariantErrors(items, 'item', `${path}.items`))
  for (const [name, inner] of propertiesOf(schema))
    errors.push(...invariantErrors(inner, 'field', `${path}.properties[${name}]`))
  if (hasAdditional(schema) && level === 'root')
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'))
  const additional = additionalOf(schema)
  if (additional) errors.push(...invariantErrors(additional, 'field', `${path}.additionalProperties`))
  errors.push(...extensionErrors(schema, path))
  const skip = { anyOf: isIntOrStringAnyOf(schema), firstAllOfAnyOf: isIntOrStringAllOf(schema) }
  errors.push(...valueValidationErrors(schema, path, skip))
  errors.push(...typeErrors(schema, level, path), ...resourceErrors(schema, level, path))
  return errors
}

function extensionErrors(schema: JSONSchemaProps, path: string): FieldError[] {
  if (schema['x-kubernetes-int-or-string'] !== true) return []
  const clashing = ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const
  return clashing
    .filter((field) => schema[field] === true)
    .map((field) => invalidValue(`${path}.${field}`, true, 'must be false if x-kubernetes-int-or-string is true'))
}

const LEVEL_NAMES: Record<Level, string> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
}

function typeErrors(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const type = schema.type ?? ''
  const field = `${path}.type`
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  const errors: FieldError[] = []
  if (embedded && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true'
    errors.push(type === '' ? required(field, why) : invalidValue(field, type, why))
  } else if (
    type === '' &&
    schema['x-kubernetes-int-or-string'] !== true &&
    schema['x-kubernetes-preserve-unknown-fields'] !== true
  )
    errors.push(required(field, LEVEL_NAMES[level]))
  if (embedded && hasAdditional(schema))
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'))
  if (level === 'root' && type !== '' && type !== 'object')
    errors.push(invalidValue(field, type, 'must be object at the root'))
  return errors
}

/** What the schema of an object of the API may say of apiVersion, kind and metadata. */
function resourceErrors(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  const isResource = level === 'root' || embedded
  const properties = new Map(propertiesOf(schema))
  const errors: FieldError[] = []
  for (const name of ['kind', 'apiVersion']) {
    const type = properties.get(name)?.type ?? ''
    if (isResource && properties.has(name) && type !== 'string')
      errors.push(invalidValue(`${path}.properties[${name}].type`, type, 'must be string'))
  }
  const metadata = properties.get('metadata')
  if (metadata) errors.push(...metadataErrors(metadata, { isResource, level }, `${path}.properties[metadata]`))
  if (embedded && schema['x-kubernetes-preserve-unknown-fields'] !== true && properties.size === 0)
    errors.push(
      required(
        `${path}.properties`,
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    )
  return errors
}

/** Fields that may stand beside `properties` in the metadata of the root: they are looked at elsewhere. */
const IGNORED_IN_METADATA = new Set(['type', 'default', 'properties', 'example', 'externalDocs'])

function metadataErrors(
  metadata: JSONSchemaProps,
  { isResource, level }: { isResource: boolean; level: Level },
  path: string,
): FieldError[] {
  const errors: FieldError[] = []
  if (isResource && metadata.type !== 'object')
    errors.push(invalidValue(`${path}.type`, metadata.type ?? '', 'must be object'))
  if (level !== 'root') return errors
  const names = propertiesOf(metadata).map(([name]) => name)
  const onlyNames = names.every((name) => name === 'name' || name === 'generateName')
  const others = Object.entries(metadata).filter(([field, value]) => !IGNORED_IN_METADATA.has(field) && isSet(value))
  if (!onlyNames || others.length > 0)
    errors.push(
      forbidden(
        path,
        'must not specify anything other than name and generateName, but metadata is implicitly specified',
      ),
    )
  return errors
}

/** Whether Go would see more than a zero value. */
const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && value !== '' && !(Array.isArray(value) && !value.length)
