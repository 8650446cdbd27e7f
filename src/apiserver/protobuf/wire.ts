/** The wire format of protocol buffers: tags, varints, lengths. Source: "Encoding", protobuf.dev. */

export class ProtobufError extends Error {
  override name = 'ProtobufError'
}

export type WireValue = number | bigint | Uint8Array

export interface WireField {
  number: number
  /** A varint or fixed64 that does not fit a number is a bigint; fixed-size values come as their bytes. */
  value: WireValue
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5
/** Below, a varint is read with number arithmetic alone. */
const SMALL_VARINT_BYTES = 4

/** The fields of one message, in order. Throws ProtobufError for what is cut short or of an unknown wire type. */
export function* readFields(message: Uint8Array): Generator<WireField> {
  const reader = { bytes: message, at: 0 }
  while (reader.at < message.length) {
    const tag = Number(readVarint(reader))
    const number = Math.floor(tag / 8)
    switch (tag % 8) {
      case VARINT:
        yield { number, value: readVarint(reader) }
        break
      case FIXED64:
        yield { number, value: take(reader, 8) }
        break
      case BYTES:
        yield { number, value: take(reader, Number(readVarint(reader))) }
        break
      case FIXED32:
        yield { number, value: take(reader, 4) }
        break
      default:
        throw new ProtobufError(`unknown wire type ${tag % 8}`)
    }
  }
}

interface Reader {
  bytes: Uint8Array
  at: number
}

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
  for (let i = 0; i < 10; i++) {
    const byte = reader.bytes[reader.at++]
    if (byte === undefined) throw new ProtobufError('the message is cut short')
    if (i < SMALL_VARINT_BYTES) small += (byte & 0x7f) * 2 ** (7 * i)
    else big |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) return i < SMALL_VARINT_BYTES ? small : big | BigInt(small)
  }
  throw new ProtobufError('a number is longer than ten bytes')
}

/** A varint as the signed number it stands for. */
export function signed(value: WireValue): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(BigInt.asIntN(64, value))
  throw new ProtobufError('a number was expected')
}

export function bytesOf(value: WireValue): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new ProtobufError('bytes were expected')
}

/** All varints of a packed list. */
export function packed(bytes: Uint8Array): number[] {
  const reader = { bytes, at: 0 }
  const numbers: number[] = []
  while (reader.at < bytes.length) numbers.push(signed(readVarint(reader)))
  return numbers
}
