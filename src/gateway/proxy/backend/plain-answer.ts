/** An answer on its way from a connection of ours to the client. */
import type { ServerResponse } from 'node:http'
import type { HeaderChanges } from '../../table/table.ts'
import { responseHeaders } from '../headers.ts'
import { trailerPairs } from '../stream.ts'
import type { AnswerHead } from './answer-parser.ts'
import type { Connection, RequestReceiver } from './connections.ts'

/** A body that came with the head, up to this size, leaves with the head. */
const ONE_WRITE_BYTES = 16 * 1024

/** What a request without a body can come to. `connected` says that it may have reached the backend; `reused` that the
 *  connection was an older one. */
export type PlainOutcome =
  | { readonly kind: 'plain'; readonly answer: PlainAnswer }
  | { readonly kind: 'failed'; readonly error: Error; readonly connected: boolean; readonly reused: boolean }
  | { readonly kind: 'timeout'; readonly connected: boolean }
  | { readonly kind: 'clientGone' }

export interface PlainAnswerOptions {
  readonly client: ServerResponse
  /** For the head of the answer, from the end of connecting. */
  readonly answerTimeoutMs: number
}

/** One for each request, so there is one listener and no function for what one object can do. */
export class PlainAnswer implements RequestReceiver {
  readonly #connection: Connection
  readonly #client: ServerResponse
  readonly #answerTimeoutMs: number
  readonly #isReused: boolean
  /** Who waits for the head, or hears why there is none. */
  #settle: ((outcome: PlainOutcome) => void) | undefined
  /** Who waits for the end. */
  #resolve: (() => void) | undefined
  readonly #onClientClose = () => this.#leave()
  #isConnected = false
  /** What came before there was somewhere to send it: the beginning, as text if it is short, and what followed. */
  #first = ''
  #chunks: Buffer[] | undefined
  #head: AnswerHead | undefined
  #isSending = false
  #trailers: string[] | undefined
  #isBroken = false

  constructor(connection: Connection, options: PlainAnswerOptions, settle: (outcome: PlainOutcome) => void) {
    this.#connection = connection
    this.#client = options.client
    this.#answerTimeoutMs = options.answerTimeoutMs
    this.#isReused = connection.isUsed
    this.#settle = settle
    this.#client.on('close', this.#onClientClose)
  }

  get status(): number {
    return this.#head?.status ?? 502
  }

  onConnect(): void {
    this.#isConnected = true
    this.#connection.limit(this.#answerTimeoutMs)
  }

  onTimeout(): void {
    this.#fail({ kind: 'timeout', connected: this.#isConnected })
  }

  onHead(head: AnswerHead): void {
    this.#head = head
    this.#connection.unlimit()
    const settle = this.#settle
    this.#settle = undefined
    settle?.({ kind: 'plain', answer: this })
  }

  onBody(chunk: Buffer): void {
    if (this.#isSending) {
      if (!this.#client.write(Buffer.from(chunk))) this.#connection.pause()
    } else if (this.#first === '' && this.#chunks === undefined && chunk.length <= ONE_WRITE_BYTES)
      this.#first = chunk.toString('latin1')
    else (this.#chunks ??= []).push(Buffer.from(chunk))
  }

  onEnd(rawTrailers: string[]): void {
    this.#trailers = rawTrailers
    if (this.#isSending) this.#end(rawTrailers)
  }

  /** An answer that breaks off breaks off for the client too, so that it is not taken for a whole one. */
  onError(error: Error): void {
    if (this.#head === undefined)
      return this.#fail({ kind: 'failed', error, connected: this.#isConnected, reused: this.#isReused })
    this.#isBroken = true
    if (this.#isSending) this.#client.destroy()
  }

  /** Sends the answer on; resolves when it ended or either side went away. Only after `plain` was the outcome. */
  sendOn(changes: readonly (HeaderChanges | undefined)[]): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve
      if (this.#client.closed) return this.#leave()
      if (this.#isBroken) return void this.#client.destroy()
      this.#send(this.#head as AnswerHead, changes)
    })
  }

  #send(head: AnswerHead, changes: readonly (HeaderChanges | undefined)[]): void {
    const client = this.#client
    client.writeHead(head.status, head.message, responseHeaders(head, changes))
    // As text, a body goes into one packet with the head.
    if (this.#trailers?.length === 0 && this.#chunks === undefined) return void client.end(this.#first, 'latin1')
    if (this.#first !== '') client.write(this.#first, 'latin1')
    for (const chunk of this.#chunks ?? []) client.write(chunk)
    this.#isSending = true
    if (this.#trailers !== undefined) return this.#end(this.#trailers)
    client.on('drain', () => {
      if (this.#trailers === undefined) this.#connection.resume()
    })
    // An event stream's head must not wait for its first event.
    if (head.headers['content-length'] === undefined && this.#first === '' && this.#chunks === undefined)
      client.flushHeaders()
  }

  #end(trailers: readonly string[]): void {
    if (trailers.length > 0) this.#client.addTrailers(trailerPairs(trailers))
    this.#client.end()
  }

  /** There will be no answer from this connection. */
  #fail(outcome: PlainOutcome): void {
    const settle = this.#settle
    this.#settle = undefined
    this.#client.off('close', this.#onClientClose)
    this.#connection.destroy()
    settle?.(outcome)
  }

  /** The client has got everything, or is gone. */
  #leave(): void {
    if (this.#settle !== undefined) return this.#fail({ kind: 'clientGone' })
    if (this.#trailers === undefined) this.#connection.destroy()
    this.#resolve?.()
  }
}
