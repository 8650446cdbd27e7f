/** Reads the body of a request from a socket, within limits. */
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { apiError } from '../../api/index.ts'
import { MAX_BODY_BYTES, tooLarge } from '../server/pipeline.ts'

/** Throws ApiError `RequestEntityTooLarge`, `UnsupportedMediaType` (compressed), `BadRequest` (not UTF-8). */
export async function readBody(request: IncomingMessage | Http2ServerRequest): Promise<string> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw apiError('UnsupportedMediaType', `the body of the request is encoded as ${encoding}; send it as it is`)
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  if (bytes === 0) return ''
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (error) {
    throw apiError('BadRequest', 'the body of the request is not valid UTF-8', { cause: error })
  }
}
