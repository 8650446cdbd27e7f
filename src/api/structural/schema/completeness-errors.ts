/** Every field that value validation speaks of must be known to the structure beside it.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/schema/complete.go. */
import { getOwn } from '../../decode/index.ts'
import type { JSONSchemaProps } from '../../generated/types.ts'
import { type FieldError, required } from '../../validation/field-error.ts'
import { itemsOf, propertiesOf } from './json-schema.ts'

interface Place {
  /** The structure that belongs to the validation, if there is one. */
  structure: JSONSchemaProps | undefined
  structurePath: string
}

export const completenessErrors = (schema: JSONSchemaProps, path: string): FieldError[] =>
  nestedIn(schema, path).flatMap(([inner, innerPath]) =>
    nestedErrors(inner, innerPath, { structure: schema, structurePath: path }),
  )

/** Schemas under a logical junctor, each with its path. */
function nestedIn(schema: JSONSchemaProps, path: string): [JSONSchemaProps, string][] {
  const listed = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((junctor) =>
    (schema[junctor] ?? []).map((inner, index): [JSONSchemaProps, string] => [inner, `${path}.${junctor}[${index}]`]),
  )
  return schema.not ? [[schema.not, `${path}.not`], ...listed] : listed
}

function nestedErrors(schema: JSONSchemaProps, path: string, place: Place): FieldError[] {
  const { structure, structurePath } = place
  if (structure === undefined) return [required(structurePath, `because it is defined in ${path}`)]
  const errors = nestedIn(schema, path).flatMap(([inner, innerPath]) => nestedErrors(inner, innerPath, place))
  const items = itemsOf(schema)
  if (items)
    errors.push(
      ...nestedErrors(items, `${path}.items`, {
        structure: itemsOf(structure),
        structurePath: `${structurePath}.items`,
      }),
    )
  for (const [name, inner] of propertiesOf(schema))
    errors.push(
      ...nestedErrors(inner, `${path}.properties[${name}]`, {
        structure: getOwn(structure.properties ?? {}, name),
        structurePath: `${structurePath}.properties[${name}]`,
      }),
    )
  return errors
}
