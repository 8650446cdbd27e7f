/** SPDY/3.1 frames as bytes, as far as a client of a container runtime's streaming server needs them. Pure.
 *  Source: SPDY Protocol - Draft 3.1, section 2.2 and 2.6. */

const VERSION = 3
const SYN_STREAM = 1
const RST_STREAM = 3
const PING = 6
const GOAWAY = 7
const FLAG_FIN = 1

export type SpdyFrame =
  | { type: 'data'; streamId: number; data: Buffer; last: boolean }
  /** The stream is over, without what may still have been to come. */
  | { type: 'reset'; streamId: number }
  | { type: 'ping'; payload: Buffer }
  | { type: 'goAway' }
  /** Of no consequence here: replies, settings, windows. */
  | { type: 'other' }

const HEADER_BYTES = 8

function frame(word: number, flags: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32BE(word >>> 0, 0)
  header.writeUInt32BE(((flags << 24) | payload.length) >>> 0, 4)
  return Buffer.concat([header, payload])
}

const control = (type: number, flags: number, payload: Uint8Array) =>
  frame(((0x8000 | VERSION) << 16) | type, flags, payload)

/** `headers` compressed. */
export function synStream(streamId: number, headers: Uint8Array): Buffer {
  const start = Buffer.alloc(10)
  start.writeUInt32BE(streamId, 0)
  return control(SYN_STREAM, 0, Buffer.concat([start, headers]))
}

export const ping = (payload: Uint8Array): Buffer => control(PING, 0, payload)

export const dataFrame = (streamId: number, data: Uint8Array, last: boolean): Buffer =>
  frame(streamId, last ? FLAG_FIN : 0, data)

/** Cuts a stream of bytes into frames. */
export class SpdyFrameReader {
  /** What came of a frame that is not whole yet. Joined when it is: each piece is copied once. */
  #pieces: Buffer[] = []
  #length = 0
  /** How many bytes have to be there before it is worth looking again. */
  #needed = HEADER_BYTES

  /** The frames that are whole with `chunk`. */
  read(chunk: Uint8Array): SpdyFrame[] {
    this.#pieces.push(Buffer.from(chunk))
    this.#length += chunk.length
    if (this.#length < this.#needed) return []
    let rest = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces)
    const frames: SpdyFrame[] = []
    for (;;) {
      this.#needed = rest.length < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + (rest.readUInt32BE(4) & 0xffffff)
      if (rest.length < this.#needed) break
      frames.push(parseFrame(rest.subarray(0, this.#needed)))
      rest = rest.subarray(this.#needed)
    }
    this.#pieces = rest.length === 0 ? [] : [rest]
    this.#length = rest.length
    return frames
  }
}

function parseFrame(bytes: Buffer): SpdyFrame {
  const word = bytes.readUInt32BE(0)
  const last = ((bytes[4] ?? 0) & FLAG_FIN) !== 0
  const payload = bytes.subarray(HEADER_BYTES)
  if ((word & 0x80000000) === 0) return { type: 'data', streamId: word, data: payload, last }
  const type = word & 0xffff
  if (type === RST_STREAM && payload.length >= 4)
    return { type: 'reset', streamId: payload.readUInt32BE(0) & 0x7fffffff }
  if (type === PING) return { type: 'ping', payload }
  return { type: type === GOAWAY ? 'goAway' : 'other' }
}
