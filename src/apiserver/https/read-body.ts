/** Reads the body of a request from a socket, within limits. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { apiError } from '../../api/index.ts'
import { MAX_BODY_BYTES, tooLarge } from '../server/pipeline.ts'

/** As long as Kubernetes gives a request as a whole. Source: k8s.io/apiserver v0.34, pkg/server/config.go. */
const MAX_BODY_MS = 60_000

/** Of all bodies that are coming in at a time: whom they are of is not known yet, and a connection may carry a thousand. */
const MAX_BODIES_BYTES = 256 * 1024 * 1024

/** How much of bodies is kept that have not come to their end. */
export class BodyBudget {
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes = MAX_BODIES_BYTES) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** False when it is used up: nothing is taken. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.#maxBytes) return false
    this.#bytes += bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes
  }
}

export interface ReadOptions {
  budget: BodyBudget
  /** Default true. False: what comes is counted and thrown away. */
  keep?: boolean
  timeoutMs?: number
}

/** Throws ApiError `RequestEntityTooLarge`, `UnsupportedMediaType` (compressed), `BadRequest` (encoded in transfer), `TooManyRequests` (too much comes in at
 *  once), `Timeout`, and an Error when the caller goes before its body has come. */
export function readBody(
  body: Readable,
  headers: IncomingHttpHeaders,
  { budget, keep = true, timeoutMs = MAX_BODY_MS }: ReadOptions,
): Promise<Uint8Array> {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw apiError('UnsupportedMediaType', `the body of the request is encoded as ${encoding}; send it as it is`)
  const transfer = headers['transfer-encoding'] ?? 'chunked'
  if (transfer.toLowerCase() !== 'chunked')
    throw apiError('BadRequest', `the body of the request comes as ${transfer}; send it in chunks and nothing else`)
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    let length = 0
    let kept = 0
    let settled = false
    const settle = () => {
      settled = true
      clearTimeout(late)
      budget.giveBack(kept)
      chunks = []
    }
    const refuse = (error: Error) => {
      if (settled) return
      settle()
      body.pause()
      reject(error)
    }
    const late = setTimeout(
      () => refuse(apiError('Timeout', 'request did not complete within the allotted timeout')),
      timeoutMs,
    )
    body.on('data', (chunk: Buffer) => {
      if (settled) return
      length += chunk.length
      if (length > MAX_BODY_BYTES) return refuse(tooLarge())
      if (!keep) return
      if (!budget.take(chunk.length)) return refuse(tooMuch())
      kept += chunk.length
      chunks.push(chunk)
    })
    body.on('end', () => {
      if (settled) return
      const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
      settle()
      resolve(whole)
    })
    body.on('error', refuse)
    // An Error that nobody sees still costs its stack trace.
    body.on('close', () => {
      if (!settled) refuse(new Error('the caller went before the body of its request had come'))
    })
  })
}

const tooMuch = () =>
  apiError('TooManyRequests', 'too much is being sent to the server at once, please try again later', {
    retryAfterSeconds: 1,
  })
