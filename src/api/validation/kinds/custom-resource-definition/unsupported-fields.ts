/** Parts of JSON Schema that no custom kind may use. */
import type { JSONSchemaProps } from '../../../generated/types.ts'
import { itemListOf } from '../../../structural/index.ts'
import { type FieldError, forbidden } from '../../field-error.ts'

const isFilled = (value: object | undefined) => Object.keys(value ?? {}).length > 0

const UNSUPPORTED: readonly { field: string; has: (schema: JSONSchemaProps) => boolean; why?: string }[] = [
  { field: 'id', has: ({ id }) => Boolean(id) },
  { field: 'additionalItems', has: ({ additionalItems }) => additionalItems !== undefined },
  { field: 'patternProperties', has: ({ patternProperties }) => isFilled(patternProperties) },
  { field: 'definitions', has: ({ definitions }) => isFilled(definitions) },
  { field: 'dependencies', has: ({ dependencies }) => dependencies !== undefined },
  { field: '$ref', has: ({ $ref }) => $ref !== undefined },
  {
    field: 'type',
    has: ({ type }) => type === 'null',
    why: 'type cannot be set to null, use nullable as an alternative',
  },
  {
    field: 'items',
    has: (schema) => itemListOf(schema).length > 0,
    why: 'items must be a schema object and not an array',
  },
]

export const unsupportedField = (schema: JSONSchemaProps): string | undefined =>
  UNSUPPORTED.find(({ has }) => has(schema))?.field

export const unsupportedErrors = (schema: JSONSchemaProps, path: string): FieldError[] =>
  UNSUPPORTED.filter(({ has }) => has(schema)).map(({ field, why }) =>
    forbidden(`${path}.${field}`, why ?? `${field} is not supported`),
  )
