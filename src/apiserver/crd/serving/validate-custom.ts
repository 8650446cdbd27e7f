/** Whether a custom object may be stored. Source: k8s.io/apiextensions-apiserver v0.34, pkg/registry/customresource
 *  (strategy.go, status_strategy.go, validator.go). */
import { apiVersionOf, type FieldError, type Resource } from '../../../api/index.ts'
import {
  checkRules,
  Correlation,
  embeddedErrors,
  invalidValue,
  listable,
  listTypeErrors,
  NO_PATH,
  type RuleNode,
  validateMetadata,
  validateMetadataUpdate,
  validateValue,
  type WrittenPart,
} from '../../../api/machinery.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import { type ScalePaths, scaleSpecErrors, scaleStatusErrors } from './scale-paths.ts'
import type { VersionSchema } from './version-schema.ts'

export interface CustomRules {
  resource: Resource
  schema: VersionSchema
  scale: ScalePaths | undefined
}

interface Write {
  object: AnyObject
  old: AnyObject | undefined
  warn: (text: string) => void
}

export const validateCustom = (rules: CustomRules, write: Write, part: WrittenPart): FieldError[] =>
  listable(() => errorsOf(rules, write, part))

function errorsOf(rules: CustomRules, write: Write, part: WrittenPart): FieldError[] {
  const { resource, schema, scale } = rules
  const { object, old } = write
  const wrongType = typeErrors(resource, object)
  if (wrongType.length > 0) return wrongType
  const { structural } = schema
  const before = old && new Correlation(object, old, structural)
  const errors =
    old === undefined
      ? validateMetadata(resource, object.metadata)
      : [...validateMetadata(resource, object.metadata), ...validateMetadataUpdate(object.metadata, old.metadata)]
  if (part === 'status') {
    if (schema.status !== undefined && object.status !== undefined)
      errors.push(...validateValue(object.status, schema.status, { path: 'status', before: before?.field('status') }))
  } else errors.push(...validateValue(object, schema.values, { before }), ...scaleSpecErrors(object, scale))
  errors.push(...scaleStatusErrors(object, scale))
  if (part !== 'status') errors.push(...embeddedErrors(object, structural, '', false))
  // Lists that had elements twice before may go on to have them.
  if (structural.has.keyedLists && (old === undefined || listTypeErrors(old, structural).length === 0))
    errors.push(...listTypeErrors(object, structural))
  if (schema.rules !== undefined) errors.push(...ruleFailures(schema.rules, { ...write, before }, errors))
  return errors
}

/** With these an object is too wrong to be asked about. */
const BLOCKING: ReadonlySet<FieldError['type']> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
] as const)

function ruleFailures(
  rules: RuleNode,
  { object, old, before, warn }: Write & { before: Correlation | undefined },
  errors: readonly FieldError[],
): FieldError[] {
  if (errors.some(({ type }) => BLOCKING.has(type)))
    return [
      invalidValue(
        NO_PATH,
        null,
        'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
      ),
    ]
  const failures = checkRules(rules, { value: object, old, before, warn })
  return failures.map((error) => (error.field === '' ? { ...error, field: NO_PATH } : error))
}

function typeErrors(resource: Resource, object: AnyObject): FieldError[] {
  const { kind } = resource
  const apiVersion = apiVersionOf(resource)
  return [
    ...(object.kind === kind ? [] : [invalidValue('kind', object.kind ?? '', `must be ${kind}`)]),
    ...(object.apiVersion === apiVersion
      ? []
      : [invalidValue('apiVersion', object.apiVersion ?? '', `must be ${apiVersion}`)]),
  ]
}
