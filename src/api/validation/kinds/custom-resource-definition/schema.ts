/** The schema of a version. Source: k8s.io/apiextensions-apiserver v0.34, pkg/apis/apiextensions/validation
 *  (validateCustomResourceDefinitionValidation). */
import type { CustomResourceValidation, JSONSchemaProps } from '../../../generated/types.ts'
import { checkRules, ruleErrors, ruleNodeOf } from '../../../cel/index.ts'
import {
  defaultErrors,
  someSchema,
  type Structural,
  structuralErrors,
  toStructural,
} from '../../../structural/index.ts'
import { type FieldError, forbidden, invalidValue } from '../../field-error.ts'
import { nodeErrors } from './schema-node.ts'
import { unsupportedField } from './unsupported-fields.ts'

export interface SchemaPlace {
  /** The status is a subresource, and its schema must be told apart from the rest. */
  hasStatus: boolean
  /** It was there before: what it says has been looked at. */
  known: boolean
}

export function schemaErrors(
  validation: CustomResourceValidation | undefined,
  path: string,
  { hasStatus, known }: SchemaPlace,
): FieldError[] {
  const schema = validation?.openAPIV3Schema
  if (schema === undefined) return []
  const at = `${path}.openAPIV3Schema`
  const errors = hasStatus ? rootErrors(schema, at) : []
  if (schema.nullable === true) errors.push(forbidden(`${at}.nullable`, 'nullable cannot be true at the root'))
  if (known) return errors
  const unsupported = someSchema(schema, (inner) => unsupportedField(inner) !== undefined)
  const names = someSchema(schema, (inner) => Boolean(inner.$schema))
  if (!unsupported && !names) errors.push(...structureErrors(schema, at))
  errors.push(...nodeErrors(schema, at))
  if (errors.length === 0 && names) errors.push(invalidValue(at, '', "OpenAPIV3Schema 'schema' is not supported"))
  // What does not fit together cannot be asked about.
  return errors.length > 0 ? errors : ruleErrors(toStructural(schema), at)
}

function structureErrors(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors = structuralErrors(schema, path)
  return errors.length > 0
    ? errors
    : defaultErrors(toStructural(schema), path, { requirePruned: true, checkRules: ruleFailures })
}

/** Of a default, which may come with a new object or stay as it was. */
function ruleFailures(schema: Structural, value: unknown, path: string): FieldError[] {
  const node = ruleNodeOf(schema, false)
  if (node === undefined) return []
  const unchanged = checkRules(node, { value, old: value, path })
  return unchanged.length > 0 ? unchanged : checkRules(node, { value, old: undefined, path })
}

/** What may stand at the root of the schema of an object whose status is a subresource, as Go names it. */
const ROOT_FIELDS: Readonly<Record<string, string>> = {
  description: 'Description',
  type: 'Type',
  format: 'Format',
  title: 'Title',
  maximum: 'Maximum',
  exclusiveMaximum: 'ExclusiveMaximum',
  minimum: 'Minimum',
  exclusiveMinimum: 'ExclusiveMinimum',
  maxLength: 'MaxLength',
  minLength: 'MinLength',
  pattern: 'Pattern',
  maxItems: 'MaxItems',
  minItems: 'MinItems',
  uniqueItems: 'UniqueItems',
  multipleOf: 'MultipleOf',
  required: 'Required',
  items: 'Items',
  properties: 'Properties',
  externalDocs: 'ExternalDocs',
  example: 'Example',
  'x-kubernetes-preserve-unknown-fields': 'XPreserveUnknownFields',
  'x-kubernetes-validations': 'XValidations',
}

function rootErrors(schema: JSONSchemaProps, path: string): FieldError[] {
  if (schema.type && schema.type !== 'object')
    return [
      invalidValue(
        `${path}.type`,
        schema.type,
        'only "object" is allowed as the type at the root of the schema if the status subresource is enabled',
      ),
    ]
  const strange = Object.entries(schema).some(
    ([field, value]) => value !== undefined && value !== false && value !== '' && !Object.hasOwn(ROOT_FIELDS, field),
  )
  if (!strange) return []
  const allowed = Object.values(ROOT_FIELDS).join(' ')
  return [
    invalidValue(
      path,
      schema,
      `only [${allowed}] fields are allowed at the root of the schema if the status subresource is enabled`,
    ),
  ]
}
