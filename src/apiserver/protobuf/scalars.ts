/** Single values, Kubernetes' own small messages among them, as the JSON they stand for.
 *  Source: generated.proto and the MarshalJSON methods of k8s.io/apimachinery v0.34. */
import { type FieldSchema, parseJson } from '../../api/machinery.ts'
import { checkDepth } from '../server/request-body.ts'
import {
  type Bytes,
  bytesOf,
  doubleOf,
  integerOf,
  isEmpty,
  ProtobufError,
  readFields,
  signed,
  viewBytes,
  type WireValue,
} from './wire.ts'

type ScalarType = Exclude<FieldSchema['type'], 'object' | 'list' | 'map'>

// A byte order mark is part of a text, as for Go.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function textOf(value: WireValue): string {
  const bytes = viewBytes(bytesOf(value))
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new ProtobufError('a string is not valid UTF-8', { cause: error })
  }
}

/** Null for a time that is not set, as in JSON. Throws ProtobufError for what is of another type. */
export function scalarOf(type: ScalarType, value: WireValue): unknown {
  switch (type) {
    case 'string':
      return textOf(value)
    case 'boolean':
      return signed(value) !== 0
    case 'int32':
      return signed(value)
    case 'int64':
      return integerOf(value)
    case 'double':
      return doubleOf(value)
    case 'bytes':
      return Buffer.from(viewBytes(bytesOf(value))).toString('base64')
    case 'quantity':
      return quantityOf(bytesOf(value))
    case 'time':
      return timeOf(bytesOf(value), 'seconds')
    case 'microTime':
      return timeOf(bytesOf(value), 'microseconds')
    case 'intOrString':
      return intOrStringOf(bytesOf(value))
    case 'any':
      return rawOf(bytesOf(value))
  }
}

/** Quantity { string = 1 } */
function quantityOf(message: Bytes): string {
  for (const { number, value } of readFields(message)) if (number === 1) return textOf(value)
  return '0'
}

/** The years 1 to 9999, which RFC 3339 can say, in seconds since 1970. */
const FIRST_SECOND = -62_135_596_800
const LAST_SECOND = 253_402_300_799

/** Timestamp { seconds = 1, nanos = 2 }. JSON has whole seconds, or exactly six digits of them. */
function timeOf(message: Bytes, precision: 'seconds' | 'microseconds'): string | null {
  if (isEmpty(message)) return null
  let seconds = 0
  let nanos = 0
  for (const { number, value } of readFields(message))
    if (number === 1) seconds = signed(value)
    else if (number === 2) nanos = signed(value)
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND || nanos < 0 || nanos >= 1e9)
    throw new ProtobufError('a time is out of range')
  const text = new Date(seconds * 1000).toISOString().slice(0, '2006-01-02T15:04:05'.length)
  return precision === 'seconds' ? `${text}Z` : `${text}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z`
}

/** IntOrString { type = 1 (1: string), intVal = 2, strVal = 3 } */
function intOrStringOf(message: Bytes): string | number {
  let isText = false
  let number = 0
  let text = ''
  for (const field of readFields(message))
    if (field.number === 1) isText = signed(field.value) === 1
    else if (field.number === 2) number = signed(field.value)
    else if (field.number === 3) text = textOf(field.value)
  return isText ? text : number
}

/** RawExtension { raw = 1 }, FieldsV1 { Raw = 1 }, JSON { raw = 1 }: JSON inside. */
function rawOf(message: Bytes): unknown {
  for (const { number, value } of readFields(message)) {
    if (number !== 1) continue
    const text = textOf(value)
    checkDepth(text)
    try {
      return parseJson(text)
    } catch (error) {
      throw new ProtobufError('an embedded document is not JSON', { cause: error })
    }
  }
  return null
}
