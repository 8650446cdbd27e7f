/** `x-kubernetes-list-type` and `x-kubernetes-list-map-keys`: how elements of a list are told apart. */
import { getOwn } from '../../../decode/index.ts'
import type { JSONSchemaProps } from '../../../generated/types.ts'
import { hasDefault, itemsOf } from '../../../structural/index.ts'
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../../field-error.ts'

const LIST_TYPES = ['atomic', 'set', 'map']

export function listErrors(schema: JSONSchemaProps, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type']
  const errors = typeErrors(schema, path)
  if (listType !== undefined && !LIST_TYPES.includes(listType))
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, LIST_TYPES))
  if ((schema['x-kubernetes-list-map-keys'] ?? []).length > 0 && listType !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty'
    const field = `${path}.x-kubernetes-list-type`
    errors.push(listType === undefined ? required(field, why) : invalidValue(field, listType, why))
  }
  if (listType === 'map') errors.push(...mapErrors(schema, path))
  if (listType === 'map' || listType === 'set') errors.push(...nullErrors(schema, path, listType))
  return errors
}

function typeErrors(schema: JSONSchemaProps, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type']
  if (listType === undefined) return []
  if (schema.type !== 'array') {
    const why = 'must be array if x-kubernetes-list-type is specified'
    return [schema.type ? invalidValue(`${path}.type`, schema.type, why) : required(`${path}.type`, why)]
  }
  const items = itemsOf(schema)
  if (listType !== 'set' || items === undefined) return []
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  const inner = items['x-kubernetes-list-type']
  if (items.type === 'array' && inner !== undefined && inner !== 'atomic')
    return [invalidValue(`${path}.items.x-kubernetes-list-type`, inner, why)]
  if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    return [invalidValue(`${path}.items.x-kubernetes-map-type`, inner, why)]
  return []
}

function mapErrors(schema: JSONSchemaProps, path: string): FieldError[] {
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const items = itemsOf(schema)
  const errors: FieldError[] = []
  const keysField = `${path}.x-kubernetes-list-map-keys`
  if (keys.length === 0) errors.push(required(keysField, 'must not be empty if x-kubernetes-list-type is map'))
  if (schema.items === undefined)
    errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'))
  else if (items === undefined)
    errors.push(
      invalidValue(`${path}.items`, schema.items, 'must only have a single schema if x-kubernetes-list-type is map'),
    )
  if (items === undefined) return errors
  if (items.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map"
    return [...errors, invalidValue(`${path}.items.type`, items.type ?? '', why)]
  }
  for (const [index, key] of keys.entries()) {
    const type = getOwn(items.properties ?? {}, key)?.type
    if (getOwn(items.properties ?? {}, key) === undefined)
      errors.push(invalidValue(keysField, keys, 'entries must all be names of item properties'))
    else if (type === 'array' || type === 'object') {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map"
      errors.push(invalidValue(`${path}.items.properties[${key}].type`, items.type, why))
    }
    if (keys.indexOf(key) < index) errors.push(invalidValue(keysField, keys, 'must not contain duplicate entries'))
  }
  return errors
}

/** Elements are told apart by what is there: keys must be, and so must the elements. */
function nullErrors(schema: JSONSchemaProps, path: string, listType: 'map' | 'set'): FieldError[] {
  const items = itemsOf(schema)
  if (items === undefined) return []
  const errors: FieldError[] = []
  if (items.nullable === true)
    errors.push(forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`))
  if (listType === 'set') return errors
  for (const key of schema['x-kubernetes-list-map-keys'] ?? []) {
    const property = getOwn(items.properties ?? {}, key)
    if (property === undefined) continue
    const at = `${path}.items.properties[${key}]`
    const reason = 'this property is in x-kubernetes-list-map-keys, so it'
    if (!(items.required ?? []).includes(key) && !hasDefault(property))
      errors.push(required(`${at}.default`, `${reason} must have a default or be a required property`))
    if (property.nullable === true) errors.push(forbidden(`${at}.nullable`, `${reason} cannot be nullable`))
  }
  return errors
}
