/** Decoding by schema, value by value: what Go's types would hold, and write again. Go's zero values take the place of
 *  nulls inside lists and maps, as there; fields that are left out while they are zero go. */
import { type FieldSchema, type ObjectSchema, schemaNamed } from '../schema/index.ts'
import { getOwn, isJsonObject, isShallow, type JsonObject, jsonTypeName, setOwn } from './json-value.ts'
import { decodeQuantity, decodeScalar } from './scalars.ts'

/** Of use inside this folder only: turned into an ApiError where the kind is known. */
export class DecodeError extends Error {
  override name = 'DecodeError'
}

interface DecodeContext {
  /** Field names down from the object, without list indexes: how Go names a field in an error. */
  goPath: string[]
  /** Names, keys and indexes down from the object: text is made of them only for fields that are not known. */
  at: (string | number)[]
  /** Paths of fields the schema does not have, with list indexes. */
  unknown: string[]
  /** The schema with the field that is decoded now. */
  owner?: ObjectSchema | undefined
}

/** Deeper objects than any real one would only serve to exhaust the stack. */
const MAX_DEPTH = 500

export const newContext = (): DecodeContext => ({ goPath: [], at: [], unknown: [] })

export function decodeFields(schema: ObjectSchema, value: JsonObject, context: DecodeContext): JsonObject {
  const { goPath, at } = context
  if (goPath.length > MAX_DEPTH) throw new DecodeError('json: exceeded max depth')
  const result: JsonObject = {}
  for (const name in value) {
    const inner = value[name]
    const field = getOwn(schema.fields, name)
    if (field === undefined) context.unknown.push(pathText([...at, name]))
    else if (inner !== null && inner !== undefined) {
      goPath.push(name)
      at.push(name)
      context.owner = schema
      const decoded = decodeValue(field, inner, context)
      if (decoded !== undefined && (field.omitZero !== true || !isZero(decoded))) result[name] = decoded
      at.pop()
      goPath.pop()
    }
  }
  return result
}

/** Asked only of scalars, lists and maps. */
function isZero(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === '' || value === 0 || value === false
  if (Array.isArray(value)) return value.length === 0
  for (const _ in value) return false
  return true
}

const pathText = (path: readonly (string | number)[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('')

/** `inList`: of a map, of which those of quantities are lists of resources. */
function decodeValue(field: FieldSchema, value: unknown, context: DecodeContext, inList = false): unknown {
  switch (field.type) {
    case 'object':
      if (!isJsonObject(value)) throw wrongType(field, value, context)
      return decodeFields(schemaNamed(field.schema ?? ''), value, context)
    case 'list':
      if (!Array.isArray(value)) throw wrongType(field, value, context)
      return value.map((item, index) => decodeItem(field, item, index, context))
    case 'map': {
      if (!isJsonObject(value)) throw wrongType(field, value, context)
      const result: JsonObject = {}
      for (const key of Object.keys(value)) setOwn(result, key, decodeItem(field, value[key], key, context))
      return result
    }
    case 'any':
      if (field.schema !== undefined && isSchemaUnion(field.schema)) return decodeSchemaUnion(field.schema, value)
      if (!isShallow(value, MAX_DEPTH)) throw new DecodeError('json: exceeded max depth')
      return value
    default: {
      const decoded =
        field.type === 'quantity' && inList ? decodeQuantity(value, true) : decodeScalar(field.type, value)
      if (decoded.ok) return decoded.value
      throw decoded.problem === undefined ? wrongType(field, value, context) : new DecodeError(decoded.problem)
    }
  }
}

const isSchemaUnion = (schema: string) => schema.startsWith('JSONSchemaPropsOr')

/** A schema of a CustomResourceDefinition, or what may stand in its place. What is neither counts as left out; fields
 *  that no schema has are dropped unseen. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apis/apiextensions/v1/marshal.go. */
function decodeSchemaUnion(union: string, value: unknown): unknown {
  const schema = schemaNamed('JSONSchemaProps')
  const one = (inner: unknown) => (isJsonObject(inner) ? decodeFields(schema, inner, newContext()) : inner)
  if (isJsonObject(value)) return one(value)
  if (union === 'JSONSchemaPropsOrBool') {
    if (typeof value === 'boolean') return value
    throw new DecodeError('boolean or JSON schema expected')
  }
  if (!Array.isArray(value)) return undefined
  return union === 'JSONSchemaPropsOrArray' ? value.map(one) : value
}

function decodeItem(field: FieldSchema, value: unknown, at: string | number, context: DecodeContext): unknown {
  const item = field.items ?? { type: 'any' }
  if (value === null) return zeroOf(item)
  const { owner } = context
  context.at.push(at)
  const decoded = decodeValue(item, value, context, field.type === 'map')
  context.at.pop()
  context.owner = owner
  return decoded
}

function zeroOf(field: FieldSchema): unknown {
  if (field.type === 'string' || field.type === 'bytes') return ''
  if (field.type === 'quantity') return '0'
  if (field.type === 'boolean') return false
  if (field.type === 'object' || field.type === 'map') return {}
  if (field.type === 'list') return []
  return field.type === 'any' || field.type === 'time' || field.type === 'microTime' ? null : 0
}

/** Source: encoding/json's UnmarshalTypeError: the struct that has the field, then the path, then the Go type. */
function wrongType(field: FieldSchema, value: unknown, context: DecodeContext): DecodeError {
  const struct = context.owner?.id.split('.').at(-1) ?? ''
  const isInteger = field.type === 'int32' || field.type === 'int64'
  const found =
    (typeof value === 'number' || typeof value === 'bigint') && isInteger ? `number ${value}` : jsonTypeName(value)
  return new DecodeError(
    `json: cannot unmarshal ${found} into Go struct field ${struct}.${context.goPath.join('.')} of type ${goType(field)}`,
  )
}

function goType(field: FieldSchema): string {
  if (field.goType !== undefined) return field.goType
  if (field.type === 'any' && field.schema === 'JSON') return 'v1.JSON'
  const item = field.items ?? { type: 'any' }
  if (field.type === 'list') return `[]${goType(item)}`
  if (field.type === 'map') return `map[string]${goType(item)}`
  if (field.type === 'object')
    return schemaNamed(field.schema ?? '')
      .id.split('.')
      .slice(-2)
      .join('.')
  const names: Partial<Record<FieldSchema['type'], string>> = {
    boolean: 'bool',
    double: 'float64',
    bytes: '[]uint8',
    time: 'string',
    microTime: 'string',
    quantity: 'string',
    intOrString: 'int32',
  }
  return names[field.type] ?? field.type
}
