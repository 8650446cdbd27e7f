/** What the schema says of a field's patching. */
import { getOwn } from '../../decode/index.ts'
import { type FieldSchema, type ObjectSchema, schemaNamed } from '../../schema/index.ts'

/** What has fields: an object with a schema, a map (all its values alike), or something opaque. */
export type Shape = { kind: 'object'; schema: ObjectSchema } | { kind: 'map'; values: FieldSchema } | { kind: 'opaque' }

export function fieldOf(shape: Shape, key: string): FieldSchema | undefined {
  if (shape.kind === 'object') return getOwn(shape.schema.fields, key)
  return shape.kind === 'map' ? shape.values : undefined
}

/** The shape of a field's value, or of its elements when it is a list. */
export function shapeOf(field: FieldSchema | undefined): Shape {
  const inner = field?.type === 'list' ? field.items : field
  if (inner?.type === 'object' && inner.schema !== undefined)
    return { kind: 'object', schema: schemaNamed(inner.schema) }
  return inner?.type === 'map' && inner.items !== undefined ? { kind: 'map', values: inner.items } : { kind: 'opaque' }
}

/** Lists are replaced unless their strategy is `merge`; maps are merged unless theirs is `replace`. */
export function strategyOf(field: FieldSchema | undefined): 'merge' | 'replace' | undefined {
  const words = field?.patchStrategy?.split(',') ?? []
  return words.includes('merge') ? 'merge' : words.includes('replace') ? 'replace' : undefined
}
