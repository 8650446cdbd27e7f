/** The wire format of protocol buffers: tags, varints, lengths. Source: "Encoding", protobuf.dev. */

export class ProtobufError extends Error {
  override name = 'ProtobufError'
}

/** A varint (a bigint where it may not fit a number), the bytes of a string or message, or a fixed 4 or 8 bytes. */
export type WireValue = number | bigint | Uint8Array | DataView

export interface WireField {
  number: number
  value: WireValue
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5
/** Below, a varint is read with number arithmetic alone. */
const SMALL_VARINT_BYTES = 4
const MAX_VARINT_BYTES = 10

/** The fields of one message, in order; nothing is copied. Throws ProtobufError for what is cut short or of an unknown
 *  wire type. */
export function* readFields(message: Uint8Array): Generator<WireField> {
  const reader = { bytes: message, at: 0 }
  while (reader.at < message.length) {
    const tag = Number(readVarint(reader))
    const number = Math.floor(tag / 8)
    if (number === 0) throw new ProtobufError('a field has the number 0')
    yield { number, value: readValue(reader, tag % 8) }
  }
}

interface Reader {
  bytes: Uint8Array
  at: number
}

function readValue(reader: Reader, wireType: number): WireValue {
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

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.at + length
  if (end > reader.bytes.length) throw new ProtobufError('the message is cut short')
  const part = reader.bytes.subarray(reader.at, end)
  reader.at = end
  return part
}

function readVarint(reader: Reader): number | bigint {
  let small = 0
  let big = 0n
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = reader.bytes[reader.at++]
    if (byte === undefined) throw new ProtobufError('the message is cut short')
    if (i < SMALL_VARINT_BYTES) small += (byte & 0x7f) * 2 ** (7 * i)
    else big |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) return i < SMALL_VARINT_BYTES ? small : big | BigInt(small)
  }
  throw new ProtobufError('a number is longer than ten bytes')
}

/** A varint as the signed number it stands for; beyond 2^53 the nearest, as in JSON. */
export function signed(value: WireValue): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(BigInt.asIntN(64, value))
  throw new ProtobufError('a number was expected')
}

export function bytesOf(value: WireValue): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new ProtobufError('bytes were expected')
}

export function doubleOf(value: WireValue): number {
  if (value instanceof DataView && value.byteLength === 8) return value.getFloat64(0, true)
  throw new ProtobufError('a double was expected')
}

/** All varints of a packed list. */
export function packed(bytes: Uint8Array): number[] {
  const reader = { bytes, at: 0 }
  const numbers: number[] = []
  while (reader.at < bytes.length) numbers.push(signed(readVarint(reader)))
  return numbers
}
