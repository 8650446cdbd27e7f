/** The two ways in which a schema may say `integer or string` in its value validation, as
 *  `x-kubernetes-int-or-string` allows. Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/schema
 *  (validation.go, unfold.go). */
import type { JSONSchemaProps } from '../../generated/types.ts'

/** `anyOf: [{type: integer}, {type: string}]` */
export function isIntOrStringAnyOf({ anyOf }: JSONSchemaProps): boolean {
  return anyOf?.length === 2 && isOnlyType(anyOf[0], 'integer') && isOnlyType(anyOf[1], 'string')
}

/** `allOf: [{anyOf: [{type: integer}, {type: string}]}, …]` */
export const isIntOrStringAllOf = ({ allOf }: JSONSchemaProps): boolean =>
  allOf?.[0] !== undefined && isIntOrStringAnyOf(allOf[0])

const isOnlyType = (schema: JSONSchemaProps | undefined, type: string): boolean =>
  schema?.type === type && Object.entries(schema).every(([field, value]) => field === 'type' || value === undefined)
