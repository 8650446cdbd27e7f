/** What every walk through an object asks of a schema, worked out the first time: schemas have dozens of fields, of
 *  which few are required or have a default. */
import type { ObjectSchema } from './schema.ts'

export interface Shape {
  required: readonly string[]
  defaults: readonly (readonly [name: string, value: unknown])[]
}

/** Schemas never change. */
const shapes = new WeakMap<ObjectSchema, Shape>()

export function shapeOf(schema: ObjectSchema): Shape {
  const known = shapes.get(schema)
  if (known !== undefined) return known
  const fields = Object.entries(schema.fields)
  const shape = {
    required: fields.filter(([, field]) => field.required === true).map(([name]) => name),
    defaults: fields
      .filter(([, field]) => field.default !== undefined)
      .map(([name, field]) => [name, field.default] as const),
  }
  shapes.set(schema, shape)
  return shape
}
