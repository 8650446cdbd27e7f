/** The client's body, sent to a backend, and to another one if the first failed and what was sent is still at hand. */
import type { ClientRequest, IncomingMessage } from 'node:http'

/** Bodies up to this size can be sent again. */
const KEPT_BYTES = 64 * 1024

export class RequestBody {
  readonly #request: IncomingMessage
  readonly expected: boolean
  #kept: Buffer[] = []
  #bytes = 0
  #ended: boolean
  #target: ClientRequest | undefined
  #onSent: (() => void) | undefined
  #reading = false

  constructor(request: IncomingMessage) {
    this.#request = request
    const length = request.headers['content-length']
    this.expected = request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
    this.#ended = !this.expected
  }

  /** Whether everything read so far can be sent once more. */
  get repeatable(): boolean {
    return this.#bytes <= KEPT_BYTES
  }

  /** Sends what was read and then what comes to `target`, with backpressure. Calls `onSent` for each piece that comes. */
  sendTo(target: ClientRequest, onSent?: () => void): void {
    this.#target = target
    this.#onSent = onSent
    for (const chunk of this.#kept) target.write(chunk)
    if (this.#ended) return this.#finish(target)
    target.on('drain', () => this.#target === target && this.#request.resume())
    if (this.#reading) this.#request.resume()
    else this.#read()
    // A backend may answer before the first byte of the body comes.
    setImmediate(() => {
      if (this.#target === target && this.#bytes === 0) target.flushHeaders()
    })
  }

  /** Stops sending; what comes from the client waits. */
  detach(): void {
    this.#target = undefined
    this.#onSent = undefined
    if (this.#reading && !this.#ended) this.#request.pause()
  }

  /** Reads the rest and forgets it, so that the client hears the answer and its connection can be used again. */
  discard(): void {
    this.#target = undefined
    this.#onSent = undefined
    this.#bytes = Number.POSITIVE_INFINITY
    this.#kept = []
    this.#request.resume()
  }

  #read(): void {
    this.#reading = true
    this.#request.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.length
      if (this.repeatable) this.#kept.push(chunk)
      else this.#kept = []
      if (this.#target === undefined) return
      if (!this.#target.write(chunk)) this.#request.pause()
      this.#onSent?.()
    })
    this.#request.on('end', () => {
      this.#ended = true
      if (this.#target !== undefined) this.#finish(this.#target)
    })
  }

  #finish(target: ClientRequest): void {
    const trailers = this.#request.rawTrailers
    if (trailers.length > 0) {
      const pairs: [string, string][] = []
      for (let i = 0; i < trailers.length; i += 2) pairs.push([trailers[i] as string, trailers[i + 1] as string])
      target.addTrailers(pairs)
    }
    target.end()
  }
}
