/** Reading a CustomResourceDefinition's `openAPIV3Schema`: fields that are one thing or another, and all schemas within
 *  one. Source: k8s.io/apiextensions-apiserver v0.34, pkg/apis/apiextensions/v1/marshal.go. */
import { isJsonObject } from '../../decode/index.ts'
import type { JSONSchemaProps } from '../../generated/types.ts'

export type { JSONSchemaProps }

/** The schema of a list's elements, unless it is a list of schemas. */
export const itemsOf = (schema: JSONSchemaProps): JSONSchemaProps | undefined => schemaIn(schema.items)

/** `items` given as a list of schemas, which no structural schema may have. */
export const itemListOf = (schema: JSONSchemaProps): JSONSchemaProps[] =>
  Array.isArray(schema.items) ? schema.items.filter(isJsonObject) : []

export const additionalOf = (schema: JSONSchemaProps): JSONSchemaProps | undefined =>
  schemaIn(schema.additionalProperties)

export const hasAdditional = (schema: JSONSchemaProps): boolean =>
  schema.additionalProperties !== undefined && schema.additionalProperties !== null

/** Whether fields that `properties` does not name may be there; a schema for them says so too. */
export const allowsAdditional = (schema: JSONSchemaProps): boolean =>
  schema.additionalProperties === true || additionalOf(schema) !== undefined

export const propertiesOf = (schema: JSONSchemaProps): [string, JSONSchemaProps][] =>
  Object.entries(schema.properties ?? {})

/** A default of null is no default. */
export const hasDefault = (schema: JSONSchemaProps): boolean => schema.default !== undefined && schema.default !== null

const schemaIn = (value: unknown): JSONSchemaProps | undefined => (isJsonObject(value) ? value : undefined)

const dependencySchemas = (schema: JSONSchemaProps): JSONSchemaProps[] =>
  Object.values(schema.dependencies ?? {}).flatMap((value) => schemaIn(value) ?? [])

/** Schemas one step below, in whatever place a schema may be. */
export function schemasIn(schema: JSONSchemaProps): JSONSchemaProps[] {
  const single = [itemsOf(schema), schema.not, additionalOf(schema), schemaIn(schema.additionalItems)]
  return [
    ...single.filter((inner) => inner !== undefined),
    ...itemListOf(schema),
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...Object.values(schema.properties ?? {}),
    ...Object.values(schema.patternProperties ?? {}),
    ...Object.values(schema.definitions ?? {}),
    ...dependencySchemas(schema),
  ]
}

/** Whether `schema` or any schema in it is such. */
export const someSchema = (schema: JSONSchemaProps, is: (schema: JSONSchemaProps) => boolean): boolean =>
  is(schema) || schemasIn(schema).some((inner) => someSchema(inner, is))
