/** Reads the body of a request from a socket, within limits. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { apiError } from '../../api/index.ts'
import { MAX_BODY_BYTES, tooLarge } from '../server/pipeline.ts'

/** Throws ApiError `RequestEntityTooLarge`, `UnsupportedMediaType` (compressed), and an Error when the caller goes
 *  before its body has come. */
export function readBody(body: Readable, headers: IncomingHttpHeaders): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const encoding = headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity')
      throw apiError('UnsupportedMediaType', `the body of the request is encoded as ${encoding}; send it as it is`)
    if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge()
    const chunks: Buffer[] = []
    let length = 0
    body.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > MAX_BODY_BYTES) {
        body.pause()
        reject(tooLarge())
      } else chunks.push(chunk)
    })
    let whole = false
    body.on('end', () => {
      whole = true
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
    })
    body.on('error', reject)
    // An Error that nobody sees still costs its stack trace.
    body.on('close', () => {
      if (!whole) reject(new Error('the caller went before the body of its request had come'))
    })
  })
}
