/** Messages as the JSON objects they stand for: the field numbers say which field, the schema of the JSON form says of
 *  what type. What comes out is what Go's encoding/json would have written, without nulls. */
import { type FieldSchema, type ObjectSchema, schemaNamed } from '../../api/machinery.ts'
import { type MessageField, messageTypeNamed, typeNameOf } from './message-type.ts'
import { scalarOf, textOf } from './scalars.ts'
import { schemaUnions } from './schema-unions.ts'
import { type Bytes, bytesOf, isBytes, NO_BYTES, packed, ProtobufError, readFields, type WireValue } from './wire.ts'

/** Types refer to themselves (JSON schemas); a message deeper than this is no honest one. */
const MAX_DEPTH = 100
const ANY: FieldSchema = { type: 'any' }

type JsonObject = Record<string, unknown>

/** Throws ProtobufError for a message that is malformed or of a type without protobuf form, ApiError `BadRequest` for a
 *  JSON document in it that is too deep. */
export function decodeMessage(message: Bytes, schema: ObjectSchema, depth = 0): JsonObject {
  const object: JsonObject = {}
  addFields(object, { message, schema, type: typeNameOf(schema), depth })
  return object
}

/** Adds the fields of a message, whose type may be one that the schema's own type inlines. */
function addFields(
  object: JsonObject,
  at: { message: Bytes; schema: ObjectSchema; type: string; depth: number },
): void {
  if (at.depth > MAX_DEPTH) throw new ProtobufError(`messages are nested deeper than ${MAX_DEPTH} levels`)
  const type = messageTypeNamed(at.type)
  for (const { number, value } of readFields(at.message)) {
    const field = type.get(number)
    if (field === undefined) continue
    const depth = at.depth + 1
    if (field.inlined) {
      addFields(object, { ...at, message: bytesOf(value), type: field.name, depth })
      continue
    }
    const schema = at.schema.fields[field.name]
    if (schema !== undefined) addField(object, { field, schema, value, depth })
  }
}

/** Lists and maps have one field of the message for each of their elements. */
function addField(
  object: JsonObject,
  { field, schema, value, depth }: { field: MessageField; schema: FieldSchema; value: WireValue; depth: number },
): void {
  const items = schema.items ?? ANY
  if (schema.type === 'list') {
    const list = (object[field.name] ??= []) as unknown[]
    if (isInteger(items) && isBytes(value)) for (const number of packed(value)) list.push(number)
    else list.push(decodeValue(items, value, depth))
  } else if (schema.type === 'map') {
    const map = (object[field.name] ??= {}) as JsonObject
    const [key, inner] = decodeEntry(items, bytesOf(value), depth)
    Object.defineProperty(map, key, { value: inner, enumerable: true, configurable: true, writable: true })
  } else {
    const decoded = decodeValue(schema, value, depth)
    if (decoded !== null && !(field.omitZero && isZero(schema, decoded))) object[field.name] = decoded
  }
}

function decodeValue(schema: FieldSchema, value: WireValue, depth: number): unknown {
  if (schema.type === 'object') return decodeMessage(bytesOf(value), schemaNamed(schema.schema ?? ''), depth)
  if (schema.type === 'list') return decodeInnerList(schema.items ?? ANY, bytesOf(value), depth)
  if (schema.type === 'map') throw new ProtobufError('a map inside a list or a map has no protobuf form')
  const union = schema.type === 'any' ? schemaUnions[schema.schema ?? ''] : undefined
  if (union !== undefined) return union.choose(decodeMessage(bytesOf(value), union.schema, depth))
  return scalarOf(schema.type, value)
}

/** A list that is itself a map's value is a message of its own: ExtraValue { items = 1 }. */
function decodeInnerList(items: FieldSchema, message: Bytes, depth: number): unknown[] {
  const list: unknown[] = []
  for (const { number, value } of readFields(message)) if (number === 1) list.push(decodeValue(items, value, depth + 1))
  return list
}

/** { key = 1, value = 2 } */
function decodeEntry(items: FieldSchema, message: Bytes, depth: number): [key: string, value: unknown] {
  let key = ''
  let inner: WireValue | undefined
  for (const { number, value } of readFields(message))
    if (number === 1) key = textOf(value)
    else if (number === 2) inner = value
  return [key, decodeValue(items, inner ?? zeroOf(items), depth)]
}

/** What stands for a value that was left out where there must be one. */
function zeroOf(schema: FieldSchema): WireValue {
  if (schema.type === 'double') return new DataView(new ArrayBuffer(8))
  return isInteger(schema) || schema.type === 'boolean' ? 0 : NO_BYTES
}

const isInteger = ({ type }: FieldSchema) => type === 'int32' || type === 'int64'

/** Whether `omitempty` leaves it out. It never does that with structs, which IntOrString is as well. */
function isZero({ type }: FieldSchema, value: unknown): boolean {
  return (value === '' || value === 0 || value === false) && type !== 'intOrString'
}
