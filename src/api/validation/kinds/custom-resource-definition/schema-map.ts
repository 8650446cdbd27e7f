/** `x-kubernetes-map-type`. */
import type { JSONSchemaProps } from '../../../generated/types.ts'
import { type FieldError, invalidValue, notSupported, required } from '../../field-error.ts'

const MAP_TYPES = ['atomic', 'granular']

export function mapTypeErrors(schema: JSONSchemaProps, path: string): FieldError[] {
  const mapType = schema['x-kubernetes-map-type']
  if (mapType === undefined) return []
  const why = 'must be object if x-kubernetes-map-type is specified'
  const errors: FieldError[] = []
  if (!schema.type) errors.push(required(`${path}.type`, why))
  else if (schema.type !== 'object') errors.push(invalidValue(`${path}.type`, schema.type, why))
  if (!MAP_TYPES.includes(mapType)) errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, MAP_TYPES))
  return errors
}
