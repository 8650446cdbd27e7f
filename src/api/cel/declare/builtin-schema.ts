/** Schemas of built-in kinds as expressions see them. Values that the schema does not describe, and what is within
 *  itself, are of any type. */
import { type FieldSchema, findSchema, type ObjectSchema, schemaNamed } from '../../schema/index.ts'
import { ANYTHING, type CelSchema } from './schema.ts'

const DYNAMIC: CelSchema = { ...ANYTHING, intOrString: true }
const of = (type: string, format = ''): CelSchema => ({ ...ANYTHING, type, format })

const SCALARS: Readonly<Record<Exclude<FieldSchema['type'], 'object' | 'list' | 'map'>, CelSchema>> = {
  string: of('string'),
  boolean: of('boolean'),
  int32: of('integer', 'int32'),
  int64: of('integer', 'int64'),
  double: of('number', 'double'),
  bytes: of('string', 'byte'),
  time: of('string', 'date-time'),
  microTime: of('string', 'date-time'),
  quantity: DYNAMIC,
  intOrString: DYNAMIC,
  any: DYNAMIC,
}

/** Undefined for a kind that is not built in. */
export function builtinCelSchema(kind: { group: string; version: string; kind: string }): CelSchema | undefined {
  const schema = findSchema(kind)
  return schema && objectSchema(schema, [])
}

export const objectMetaSchema = (): CelSchema => objectSchema(schemaNamed('ObjectMeta'), [])

/** `around`: the objects it is in. */
function objectSchema(schema: ObjectSchema, around: readonly ObjectSchema[]): CelSchema {
  if (around.includes(schema)) return DYNAMIC
  const within = [...around, schema]
  const fields = Object.entries(schema.fields)
  return {
    ...of('object'),
    properties: new Map(fields.map(([name, field]) => [name, fieldSchema(field, within)])),
    required: new Set(fields.flatMap(([name, { required }]) => (required ? [name] : []))),
  }
}

function fieldSchema(field: FieldSchema, within: readonly ObjectSchema[]): CelSchema {
  const { type, schema, items } = field
  if (type === 'object') return schema === undefined ? DYNAMIC : objectSchema(schemaNamed(schema), within)
  if (type !== 'list' && type !== 'map') return SCALARS[type]
  const element = items === undefined ? DYNAMIC : fieldSchema(items, within)
  return type === 'list' ? { ...of('array'), items: element } : { ...of('object'), additional: element }
}
