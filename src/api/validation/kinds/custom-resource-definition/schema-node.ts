/** Each schema within a schema. Source: k8s.io/apiextensions-apiserver v0.34, pkg/apis/apiextensions/validation
 *  (ValidateCustomResourceDefinitionOpenAPISchema, specStandardValidatorV3). */
import { isJsonObject } from '../../../decode/index.ts'
import type { JSONSchemaProps } from '../../../generated/types.ts'
import {
  additionalOf,
  hasAdditional,
  hasDefault,
  itemListOf,
  itemsOf,
  propertiesOf,
} from '../../../structural/index.ts'
import { type FieldError, forbidden, invalidValue, notSupported } from '../../field-error.ts'
import { listErrors } from './schema-list.ts'
import { mapTypeErrors } from './schema-map.ts'
import { ruleSyntaxErrors } from './schema-rules.ts'
import { unsupportedErrors } from './unsupported-fields.ts'

interface Place {
  path: string
  isRoot: boolean
  /** Whether this is apiVersion, kind or metadata of an object, or part of them. */
  insideMeta: boolean
  /** Why there may be no defaults here; undefined: there may. */
  noDefaults: string | undefined
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const META_FIELDS = new Set(['apiVersion', 'kind', 'metadata'])

export const nodeErrors = (schema: JSONSchemaProps, path: string): FieldError[] =>
  visit(schema, { path, isRoot: true, insideMeta: false, noDefaults: undefined })

function visit(schema: JSONSchemaProps, place: Place): FieldError[] {
  const { path } = place
  const errors = ownErrors(schema, place)
  if (schema.uniqueItems === true)
    errors.push(
      forbidden(
        `${path}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    )
  const additional = additionalOf(schema)
  if (hasAdditional(schema) && propertiesOf(schema).length > 0 && schema.additionalProperties !== true)
    errors.push(forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'))
  if (additional) errors.push(...visit(additional, additionalPlace(place)))
  for (const [name, inner] of propertiesOf(schema)) errors.push(...visit(inner, propertyPlace(schema, name, place)))
  for (const [inner, step] of junctorsIn(schema))
    errors.push(...visit(inner, { ...place, path: `${path}.${step}`, isRoot: false }))
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'))
  return [
    ...errors,
    ...mapTypeErrors(schema, path),
    ...listErrors(schema, path),
    ...ruleSyntaxErrors(schema, `${path}.x-kubernetes-validations`),
  ]
}

function ownErrors(schema: JSONSchemaProps, { path, insideMeta, noDefaults }: Place): FieldError[] {
  const errors: FieldError[] = []
  if (schema.type && !TYPES.includes(schema.type)) errors.push(notSupported(`${path}.type`, schema.type, TYPES))
  if (hasDefault(schema) && noDefaults !== undefined)
    errors.push(forbidden(`${path}.default`, `must not be set ${noDefaults}`))
  errors.push(...unsupportedErrors(schema, path))
  if (insideMeta && schema['x-kubernetes-embedded-resource'] === true)
    errors.push(forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'))
  return errors
}

/** What a default would be pruned to cannot be told without a key. */
const additionalPlace = (place: Place): Place => ({
  ...place,
  path: `${place.path}.additionalProperties`,
  isRoot: false,
  ...(place.insideMeta && { noDefaults: 'inside additionalProperties applying to object metadata' }),
})

function propertyPlace(schema: JSONSchemaProps, name: string, place: Place): Place {
  const isMeta = META_FIELDS.has(name) && (place.isRoot || schema['x-kubernetes-embedded-resource'] === true)
  return {
    path: `${place.path}.properties[${name}]`,
    isRoot: false,
    insideMeta: place.insideMeta || isMeta,
    noDefaults: isMeta && place.isRoot ? `in top-level ${name}` : place.noDefaults,
  }
}

function junctorsIn(schema: JSONSchemaProps): [JSONSchemaProps, string][] {
  const found: [JSONSchemaProps, string][] = []
  if (schema.not) found.push([schema.not, 'not'])
  for (const junctor of ['allOf', 'oneOf', 'anyOf'] as const)
    for (const [index, inner] of (schema[junctor] ?? []).entries()) found.push([inner, `${junctor}[${index}]`])
  for (const [name, inner] of Object.entries(schema.definitions ?? {})) found.push([inner, `definitions[${name}]`])
  const items = itemsOf(schema)
  if (items) found.push([items, 'items'])
  for (const [index, inner] of itemListOf(schema).entries()) found.push([inner, `items[${index}]`])
  for (const [name, inner] of Object.entries(schema.dependencies ?? {}))
    if (isJsonObject(inner)) found.push([inner, `dependencies[${name}]`])
  return found
}
