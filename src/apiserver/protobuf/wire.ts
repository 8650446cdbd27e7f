/** The wire format of protocol buffers: tags, varints, lengths. Source: "Encoding", protobuf.dev. */
import { exactInteger } from '../../api/machinery.ts'

export class ProtobufError extends Error {
  override name = 'ProtobufError'
}

/** A string or a message: a part of the body. No copy and no view of its own, because a body may have a million of them. */
export interface Bytes {
  source: Uint8Array
  start: number
  end: number
}

/** A varint (a bigint where it may not fit a number), the bytes of a string or message, or a fixed 4 or 8 bytes. */
export type WireValue = number | bigint | Bytes | DataView

export interface WireField {
  number: number
  value: WireValue
}

/** What a message without any field is. */
export const NO_BYTES: Bytes = { source: new Uint8Array(), start: 0, end: 0 }

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5
/** Below, a varint is read with number arithmetic alone. */
const SMALL_VARINT_BYTES = 4
const MAX_VARINT_BYTES = 10

/** The fields of one message, in order. Throws ProtobufError for what is cut short or of an unknown wire type. */
export function* readFields(message: Bytes): Generator<WireField> {
  const reader = { ...message }
  while (reader.start < reader.end) {
    const tag = Number(readVarint(reader))
    const number = Math.floor(tag / 8)
    if (number === 0) throw new ProtobufError('a field has the number 0')
    yield { number, value: readValue(reader, tag % 8) }
  }
}

/** Consumes from the start of `reader`. */
function readValue(reader: Bytes, wireType: number): WireValue {
  switch (wireType) {
    case VARINT:
      return readVarint(reader)
    case FIXED64:
      return viewOf(take(reader, 8))
    case BYTES:
      return take(reader, Number(readVarint(reader)))
    case FIXED32:
      return viewOf(take(reader, 4))
    default:
      throw new ProtobufError(`unknown wire type ${wireType}`)
  }
}

function take(reader: Bytes, length: number): Bytes {
  const { source, start } = reader
  const end = start + length
  if (end > reader.end) throw new ProtobufError('the message is cut short')
  reader.start = end
  return { source, start, end }
}

const viewOf = ({ source, start, end }: Bytes) => new DataView(source.buffer, source.byteOffset + start, end - start)

function readVarint(reader: Bytes): number | bigint {
  let small = 0
  let big = 0n
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = reader.source[reader.start++]
    if (byte === undefined || reader.start > reader.end) throw new ProtobufError('the message is cut short')
    if (i < SMALL_VARINT_BYTES) small += (byte & 0x7f) * 2 ** (7 * i)
    else big |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) return i < SMALL_VARINT_BYTES ? small : big | BigInt(small)
  }
  throw new ProtobufError('a number is longer than ten bytes')
}

/** A varint as the signed number of 64 bits it stands for, whatever its size. Throws ProtobufError for what is none. */
export function integerOf(value: WireValue): number | bigint {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return exactInteger(BigInt.asIntN(64, value))
  throw new ProtobufError('a number was expected')
}

/** As `integerOf`, where a number that is too large to be exact is too large in any case. */
export const signed = (value: WireValue): number => Number(integerOf(value))

/** Throws ProtobufError when it is no string and no message. */
export function bytesOf(value: WireValue): Bytes {
  if (isBytes(value)) return value
  throw new ProtobufError('bytes were expected')
}

export function isBytes(value: WireValue): value is Bytes {
  return typeof value === 'object' && 'source' in value
}

export const isEmpty = ({ start, end }: Bytes) => start === end

export const viewBytes = ({ source, start, end }: Bytes) => source.subarray(start, end)

export function doubleOf(value: WireValue): number {
  if (value instanceof DataView && value.byteLength === 8) return value.getFloat64(0, true)
  throw new ProtobufError('a double was expected')
}

/** All varints of a packed list. */
export function packed(bytes: Bytes): (number | bigint)[] {
  const reader = { ...bytes }
  const numbers: (number | bigint)[] = []
  while (reader.start < reader.end) numbers.push(integerOf(readVarint(reader)))
  return numbers
}
