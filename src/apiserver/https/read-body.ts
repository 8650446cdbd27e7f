/** Reads the body of a request from a socket, within limits. */
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { apiError } from '../../api/index.ts'
import { MAX_BODY_BYTES, tooLarge } from '../server/pipeline.ts'

/** Throws ApiError `RequestEntityTooLarge`, `UnsupportedMediaType` (compressed). */
export async function readBody(request: IncomingMessage | Http2ServerRequest): Promise<Uint8Array> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw apiError('UnsupportedMediaType', `the body of the request is encoded as ${encoding}; send it as it is`)
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
