/** Kubernetes' own small messages, as the JSON they stand for. Source: generated.proto of k8s.io/apimachinery v0.34. */
import type { FieldSchema } from '../../api/index.ts'
import { bytesOf, ProtobufError, readFields, signed, type WireValue } from './wire.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

export function textOf(value: WireValue): string {
  try {
    return utf8.decode(bytesOf(value))
  } catch (error) {
    throw new ProtobufError('a string is not valid UTF-8', { cause: error })
  }
}

const isSeconds = (type: FieldSchema['type']) => type === 'time'

/** Undefined for types that are not scalars. A zero time is null, as in JSON. */
export function scalarOf(type: FieldSchema['type'], value: WireValue): unknown {
  switch (type) {
    case 'string':
      return textOf(value)
    case 'boolean':
      return signed(value) !== 0
    case 'int32':
    case 'int64':
      return signed(value)
    case 'double':
      return doubleOf(bytesOf(value))
    case 'bytes':
      return Buffer.from(bytesOf(value)).toString('base64')
    case 'quantity':
      return firstText(bytesOf(value))
    case 'time':
    case 'microTime':
      return timeOf(bytesOf(value), isSeconds(type))
    case 'intOrString':
      return intOrStringOf(bytesOf(value))
    case 'any':
      return rawOf(bytesOf(value))
    default:
      return undefined
  }
}

function doubleOf(bytes: Uint8Array): number {
  if (bytes.length !== 8) throw new ProtobufError('a double has eight bytes')
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true)
}

/** Quantity { string = 1 } */
function firstText(message: Uint8Array): string {
  for (const { number, value } of readFields(message)) if (number === 1) return textOf(value)
  return '0'
}

/** Timestamp { seconds = 1, nanos = 2 } */
function timeOf(message: Uint8Array, wholeSeconds: boolean): string | null {
  if (message.length === 0) return null
  let seconds = 0
  let nanos = 0
  for (const { number, value } of readFields(message))
    if (number === 1) seconds = signed(value)
    else if (number === 2) nanos = signed(value)
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) throw new ProtobufError('a time is out of range')
  const text = date.toISOString().slice(0, 19)
  return wholeSeconds ? `${text}Z` : `${text}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z`
}

/** IntOrString { type = 1 (1: string), intVal = 2, strVal = 3 } */
function intOrStringOf(message: Uint8Array): string | number {
  let isText = false
  let number = 0
  let text = ''
  for (const field of readFields(message))
    if (field.number === 1) isText = signed(field.value) === 1
    else if (field.number === 2) number = signed(field.value)
    else if (field.number === 3) text = textOf(field.value)
  return isText ? text : number
}

/** RawExtension { raw = 1 }, FieldsV1 { Raw = 1 }: JSON inside. */
function rawOf(message: Uint8Array): unknown {
  for (const { number, value } of readFields(message)) {
    if (number !== 1) continue
    try {
      return JSON.parse(textOf(value))
    } catch (error) {
      throw new ProtobufError('an embedded document is not JSON', { cause: error })
    }
  }
  return null
}
