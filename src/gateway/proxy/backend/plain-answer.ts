/** An answer on its way from a connection of ours to the client. */
import type { ServerResponse } from 'node:http'
import type { HeaderChanges } from '../../table/table.ts'
import { responseHeaders } from '../headers.ts'
import { trailerPairs } from '../stream.ts'
import type { AnswerHead } from './answer-parser.ts'
import type { Connection, RequestReceiver } from './connections.ts'

/** A body that came with the head, up to this size, leaves with the head. */
const ONE_WRITE_BYTES = 16 * 1024

/** Who waits for the head. */
export interface HeadReceiver {
  onConnect(): void
  onTimeout(): void
  onHead(): void
  onError(error: Error): void
}

export class PlainAnswer implements RequestReceiver {
  readonly #connection: Connection
  readonly #waiting: HeadReceiver
  /** What came before there was somewhere to send it: the beginning, as text if it is short, and what followed. */
  #first = ''
  readonly #chunks: Buffer[] = []
  #head: AnswerHead | undefined
  #client: ServerResponse | undefined
  #trailers: string[] | undefined
  #isBroken = false

  constructor(connection: Connection, waiting: HeadReceiver) {
    this.#connection = connection
    this.#waiting = waiting
  }

  get status(): number {
    return this.#head?.status ?? 502
  }

  onConnect(): void {
    this.#waiting.onConnect()
  }

  onTimeout(): void {
    this.#waiting.onTimeout()
  }

  onHead(head: AnswerHead): void {
    this.#head = head
    this.#waiting.onHead()
  }

  onBody(chunk: Buffer): void {
    if (this.#client !== undefined) {
      if (!this.#client.write(Buffer.from(chunk))) this.#connection.pause()
    } else if (this.#first === '' && this.#chunks.length === 0 && chunk.length <= ONE_WRITE_BYTES)
      this.#first = chunk.toString('latin1')
    else this.#chunks.push(Buffer.from(chunk))
  }

  onEnd(rawTrailers: string[]): void {
    this.#trailers = rawTrailers
    if (this.#client !== undefined) this.#end(this.#client)
  }

  /** An answer that breaks off breaks off for the client too, so that it is not taken for a whole one. */
  onError(error: Error): void {
    if (this.#head === undefined) return this.#waiting.onError(error)
    this.#isBroken = true
    this.#client?.destroy()
  }

  /** Sends the answer on; resolves when it ended or either side went away. */
  sendTo(client: ServerResponse, changes: readonly (HeaderChanges | undefined)[]): Promise<void> {
    const head = this.#head as AnswerHead
    return new Promise((resolve) => {
      const onClose = () => {
        if (this.#trailers === undefined) this.#connection.destroy()
        resolve()
      }
      if (client.closed) return onClose()
      client.on('close', onClose)
      if (this.#isBroken) return void client.destroy()
      client.writeHead(head.status, head.message, responseHeaders(head, changes))
      // As text, a body goes into one packet with the head.
      if (this.#trailers?.length === 0 && this.#chunks.length === 0) return void client.end(this.#first, 'latin1')
      if (this.#first !== '') client.write(this.#first, 'latin1')
      for (const chunk of this.#chunks) client.write(chunk)
      this.#client = client
      if (this.#trailers !== undefined) return this.#end(client)
      client.on('drain', () => {
        if (this.#trailers === undefined) this.#connection.resume()
      })
      // An event stream's head must not wait for its first event.
      if (head.headers['content-length'] === undefined && this.#first === '' && this.#chunks.length === 0)
        client.flushHeaders()
    })
  }

  #end(client: ServerResponse): void {
    if (this.#trailers !== undefined && this.#trailers.length > 0) client.addTrailers(trailerPairs(this.#trailers))
    client.end()
  }
}
