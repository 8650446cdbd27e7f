/** Words to write a schema by hand with. */
import type { FieldSchema } from './schema.ts'

export const STRING: FieldSchema = { type: 'string' }
export const BOOLEAN: FieldSchema = { type: 'boolean' }
export const INT32: FieldSchema = { type: 'int32' }
export const INT64: FieldSchema = { type: 'int64' }

export const object = (schema: string): FieldSchema => ({ type: 'object', schema })
export const list = (items: FieldSchema): FieldSchema => ({ type: 'list', items, listType: 'atomic' })
export const map = (items: FieldSchema): FieldSchema => ({ type: 'map', items })
export const required = (field: FieldSchema): FieldSchema => ({ ...field, required: true })
export const withDefault = (field: FieldSchema, value: unknown): FieldSchema => ({ ...field, default: value })

/** A list whose elements are told apart by `keys`; strategic merge patches merge it by the first of them. */
export const keyedList = (items: FieldSchema, ...keys: string[]): FieldSchema => ({
  type: 'list',
  items,
  listType: 'map',
  listMapKeys: keys,
  patchStrategy: 'merge',
  ...(keys[0] !== undefined && { patchMergeKey: keys[0] }),
})

/** What every kind starts with. */
export const OBJECT_FIELDS: Readonly<Record<string, FieldSchema>> = {
  apiVersion: STRING,
  kind: STRING,
  metadata: { type: 'object', schema: 'ObjectMeta', default: {} },
}

export const CONDITIONS: FieldSchema = keyedList(object('Condition'), 'type')
