/** A schema made ready for checking values: what takes time to find out (patterns, formats) is found out once.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/validation/validation.go (conversion). */
import type { JSONSchemaProps } from '../../generated/types.ts'
import { compilePattern, type Pattern } from '../../regexp/index.ts'
import { type FormatCheck, formatNamed } from '../formats/formats.ts'
import { additionalOf, itemsOf, propertiesOf } from '../schema/json-schema.ts'

export interface ValueSchema {
  /** Empty: any. */
  types: readonly string[]
  nullable: boolean
  format: { name: string; check: FormatCheck } | undefined
  pattern: { source: string; compiled: Pattern | undefined } | undefined
  enum: readonly unknown[]
  limits: Limits
  required: readonly string[]
  properties: ReadonlyMap<string, ValueSchema>
  /** False: there may be no others than `properties`. */
  additional: ValueSchema | false | undefined
  items: ValueSchema | undefined
  /** Undefined where there are none of the four. */
  alternatives: Alternatives | undefined
}

export interface Alternatives {
  allOf: readonly ValueSchema[]
  anyOf: readonly ValueSchema[]
  oneOf: readonly ValueSchema[]
  not: ValueSchema | undefined
}

export interface Limits {
  maximum: number | undefined
  exclusiveMaximum: boolean
  minimum: number | undefined
  exclusiveMinimum: boolean
  multipleOf: number | undefined
  maxLength: number | undefined
  minLength: number | undefined
  maxItems: number | undefined
  minItems: number | undefined
  uniqueItems: boolean
  maxProperties: number | undefined
  minProperties: number | undefined
}

export function toValueSchema(schema: JSONSchemaProps): ValueSchema {
  const items = itemsOf(schema)
  const additional = additionalOf(schema)
  return {
    types: schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : schema.type ? [schema.type] : [],
    nullable: schema.nullable === true,
    format: schema.format ? formatNamed(schema.format) : undefined,
    pattern: schema.pattern ? patternOf(schema.pattern) : undefined,
    enum: schema.enum ?? [],
    limits: limitsOf(schema),
    required: schema.required ?? [],
    properties: new Map(propertiesOf(schema).map(([name, inner]) => [name, toValueSchema(inner)])),
    additional: additional ? toValueSchema(additional) : schema.additionalProperties === false ? false : undefined,
    items: items && toValueSchema(items),
    alternatives: alternativesOf(schema),
  }
}

function patternOf(source: string): ValueSchema['pattern'] {
  const result = compilePattern(source)
  return {
    source: result.ok ? source : `${source}, but pattern is invalid: ${result.error}`,
    compiled: result.ok ? result.pattern : undefined,
  }
}

function alternativesOf(schema: JSONSchemaProps): Alternatives | undefined {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema
  if (allOf.length + anyOf.length + oneOf.length === 0 && not === undefined) return undefined
  return {
    allOf: allOf.map(toValueSchema),
    anyOf: anyOf.map(toValueSchema),
    oneOf: oneOf.map(toValueSchema),
    not: not && toValueSchema(not),
  }
}

const limitsOf = (schema: JSONSchemaProps): Limits => ({
  maximum: schema.maximum,
  exclusiveMaximum: schema.exclusiveMaximum === true,
  minimum: schema.minimum,
  exclusiveMinimum: schema.exclusiveMinimum === true,
  multipleOf: schema.multipleOf,
  maxLength: schema.maxLength,
  minLength: schema.minLength,
  maxItems: schema.maxItems,
  minItems: schema.minItems,
  uniqueItems: schema.uniqueItems === true,
  maxProperties: schema.maxProperties,
  minProperties: schema.minProperties,
})
