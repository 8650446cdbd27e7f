/** What a structural schema's value validation (`allOf`, `anyOf`, `oneOf`, `not`) may say: which values are allowed, but
 *  nothing of their shape. Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/schema/validation.go. */
import type { JSONSchemaProps } from '../../generated/types.ts'
import { compilePattern } from '../../regexp/index.ts'
import { type FieldError, forbidden, invalidValue } from '../../validation/field-error.ts'
import { allowsAdditional, hasDefault, itemsOf, propertiesOf } from './json-schema.ts'

interface Skip {
  anyOf?: boolean
  firstAllOfAnyOf?: boolean
}

export function valueValidationErrors(schema: JSONSchemaProps, path: string, skip: Skip = {}): FieldError[] {
  const errors: FieldError[] = []
  if (skip.anyOf !== true)
    for (const [index, inner] of (schema.anyOf ?? []).entries())
      errors.push(...nestedErrors(inner, `${path}.anyOf[${index}]`))
  for (const [index, inner] of (schema.allOf ?? []).entries())
    errors.push(
      ...nestedErrors(inner, `${path}.allOf[${index}]`, { anyOf: skip.firstAllOfAnyOf === true && index === 0 }),
    )
  for (const [index, inner] of (schema.oneOf ?? []).entries())
    errors.push(...nestedErrors(inner, `${path}.oneOf[${index}]`))
  if (schema.not) errors.push(...nestedErrors(schema.not, `${path}.not`))
  if (schema.pattern) {
    const compiled = compilePattern(schema.pattern)
    if (!compiled.ok)
      errors.push(
        invalidValue(
          `${path}.pattern`,
          schema.pattern,
          `must be a valid regular expression, but isn't: ${compiled.error}`,
        ),
      )
  }
  return errors
}

function nestedErrors(schema: JSONSchemaProps, path: string, skip: Skip = {}): FieldError[] {
  const items = itemsOf(schema)
  const properties = propertiesOf(schema)
  return [
    ...valueValidationErrors(schema, path, skip),
    ...(items ? nestedErrors(items, `${path}.items`) : []),
    ...properties.flatMap(([name, inner]) => nestedErrors(inner, `${path}.properties[${name}]`)),
    ...FORBIDDEN.filter(({ has }) => has(schema)).map(({ field, why }) =>
      forbidden(`${path}.${field}`, `must be ${why} to be structural`),
    ),
    ...(properties.some(([name]) => name === 'metadata')
      ? [forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context')]
      : []),
  ]
}

type Test = (schema: JSONSchemaProps) => boolean
const rule = (field: keyof JSONSchemaProps, why: string, has?: Test) => ({
  field,
  why,
  has: has ?? ((schema: JSONSchemaProps) => Boolean(schema[field])),
})

const FORBIDDEN: readonly { field: string; why: string; has: Test }[] = [
  rule('type', 'empty'),
  rule('additionalProperties', 'undefined', allowsAdditional),
  rule('default', 'undefined', hasDefault),
  rule('title', 'empty'),
  rule('description', 'empty'),
  rule('nullable', 'false'),
  rule('x-kubernetes-preserve-unknown-fields', 'false'),
  rule('x-kubernetes-embedded-resource', 'false'),
  rule('x-kubernetes-int-or-string', 'false'),
  rule('x-kubernetes-list-map-keys', 'empty', (schema) => (schema['x-kubernetes-list-map-keys'] ?? []).length > 0),
  rule('x-kubernetes-list-type', 'undefined', (schema) => schema['x-kubernetes-list-type'] !== undefined),
  rule('x-kubernetes-map-type', 'undefined', (schema) => schema['x-kubernetes-map-type'] !== undefined),
  rule('x-kubernetes-validations', 'empty', (schema) => (schema['x-kubernetes-validations'] ?? []).length > 0),
]
