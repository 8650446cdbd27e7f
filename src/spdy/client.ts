/** The client's side of a SPDY/3.1 connection: opens streams, writes to them, hands on what comes. Without flow control,
 *  which the servers it is for (containerd, CRI-O: github.com/moby/spdystream) do not have either. */
import type { Duplex } from 'node:stream'
import { constants, createDeflate, type Deflate } from 'node:zlib'
import { lengthPrefixed, spdyDictionary } from './dictionary.ts'
import { dataFrame, ping, SpdyFrameReader, synStream } from './frames.ts'

/** The longest of a frame that is written; its length has three bytes. */
const MAX_DATA = 0xffff

export interface SpdyReceiver {
  onData?: (data: Buffer) => void
  /** The server sends nothing more on the stream. */
  onEnd?: () => void
}

export class SpdyClient {
  readonly #socket: Duplex
  readonly #reader = new SpdyFrameReader()
  readonly #receivers = new Map<number, SpdyReceiver>()
  /** One for the connection: each block of headers is compressed knowing those before it. */
  readonly #deflate: Deflate = createDeflate({ dictionary: spdyDictionary() })
  #nextId = 1
  /** Resolves when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>

  /** `head`: what came with the answer that upgraded the connection. */
  constructor(socket: Duplex, head: Uint8Array) {
    this.#socket = socket
    this.closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.once('end', () => socket.destroy())
    void this.closed.then(() => this.#deflate.close())
    if (head.length > 0) this.#take(head)
  }

  /** Opens a stream with these headers; `receiver` gets what comes on it. Streams are opened one after the other. */
  async open(headers: Readonly<Record<string, string>>, receiver: SpdyReceiver = {}): Promise<number> {
    const id = this.#nextId
    this.#nextId += 2
    this.#receivers.set(id, receiver)
    this.#socket.write(synStream(id, await this.#compress(headers)))
    return id
  }

  /** False when the connection takes no more for now; `drained` then says when. */
  write(id: number, data: Uint8Array): boolean {
    let ready = true
    for (let at = 0; at < data.length; at += MAX_DATA)
      ready = this.#socket.write(dataFrame(id, data.subarray(at, at + MAX_DATA), false))
    return ready
  }

  /** When the connection takes more, or has ended. */
  drained(): Promise<void> {
    const socket = this.#socket
    // Nothing is hung on `closed`, which would keep it for as long as the connection lasts.
    return new Promise((resolve) => {
      const done = () => {
        socket.off('drain', done)
        socket.off('close', done)
        resolve()
      }
      if (socket.closed) return done()
      socket.on('drain', done)
      socket.on('close', done)
    })
  }

  /** Nothing more will be written to the stream. */
  end(id: number): void {
    this.#socket.write(dataFrame(id, new Uint8Array(), true))
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #take(chunk: Uint8Array): void {
    for (const frame of this.#reader.read(chunk)) {
      if (frame.type === 'data') {
        const receiver = this.#receivers.get(frame.streamId)
        if (frame.data.length > 0) receiver?.onData?.(frame.data)
        if (frame.last) this.#finish(frame.streamId)
      } else if (frame.type === 'reset') this.#finish(frame.streamId)
      else if (frame.type === 'ping') this.#socket.write(ping(frame.payload))
      else if (frame.type === 'goAway') this.#socket.end()
    }
  }

  #finish(id: number): void {
    const receiver = this.#receivers.get(id)
    this.#receivers.delete(id)
    receiver?.onEnd?.()
  }

  async #compress(headers: Readonly<Record<string, string>>): Promise<Buffer> {
    const entries = Object.entries(headers)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(entries.length)
    // Servers end the connection over a name that is not in lower case.
    const block = [count, ...entries.flatMap(([name, value]) => [name.toLowerCase(), value]).map(lengthPrefixed)]
    const chunks: Buffer[] = []
    const collect = (chunk: Buffer) => chunks.push(chunk)
    this.#deflate.on('data', collect)
    this.#deflate.write(Buffer.concat(block))
    await new Promise<void>((resolve) => this.#deflate.flush(constants.Z_SYNC_FLUSH, resolve))
    this.#deflate.off('data', collect)
    return Buffer.concat(chunks)
  }
}
