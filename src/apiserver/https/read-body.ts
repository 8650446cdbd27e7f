/** Reads the body of a request from a socket, within limits, as text. */
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { apiError } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { parseMediaType } from '../server/media-types.ts'
import { MAX_BODY_BYTES, tooLarge } from '../server/pipeline.ts'

export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf'

/** Protobuf comes out as the JSON it stands for. Throws ApiError `RequestEntityTooLarge`, `UnsupportedMediaType`
 *  (compressed), `BadRequest` (not UTF-8, not protobuf). */
export async function readBody(request: IncomingMessage | Http2ServerRequest): Promise<string> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw apiError('UnsupportedMediaType', `the body of the request is encoded as ${encoding}; send it as it is`)
  const bytes = await readBytes(request)
  if (bytes.length === 0) return ''
  return isProtobuf(request) ? jsonOf(bytes) : textOf(bytes)
}

/** Whether the body of this request is protobuf. */
export function isProtobuf({ headers }: IncomingMessage | Http2ServerRequest): boolean {
  return parseMediaType(headers['content-type'] ?? '').type === PROTOBUF_TYPE
}

async function readBytes(request: IncomingMessage | Http2ServerRequest): Promise<Buffer> {
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

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw apiError('BadRequest', 'the body of the request is not valid UTF-8', { cause: error })
  }
}

async function jsonOf(bytes: Buffer): Promise<string> {
  // Loaded when the first Go client comes: the field numbers of all types are not small.
  const { decodeProtobuf } = await import('../protobuf/index.ts')
  try {
    return JSON.stringify(decodeProtobuf(bytes))
  } catch (error) {
    throw apiError('BadRequest', `the body of the request is no Kubernetes protobuf: ${errorMessage(error)}`, {
      cause: error,
    })
  }
}
