/** Writes an ApiResponse to a socket: at once, compressed when large, or chunk by chunk at the reader's pace. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { ApiResponse } from '../../api/index.ts'

/** Smaller answers are not worth compressing. Kubernetes' threshold. */
const COMPRESS_FROM_BYTES = 128 * 1024
const COMPRESSION_LEVEL = 1
const compress = promisify(gzip)

/** `signal` aborts when the connection or the stream is gone. */
export async function writeResponse(
  outgoing: ServerResponse,
  response: ApiResponse,
  options: { acceptEncoding: string; signal: AbortSignal; head: boolean },
): Promise<void> {
  const { body } = response
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const whole = typeof body === 'string' ? Buffer.from(body) : body
    const zip =
      whole.length >= COMPRESS_FROM_BYTES &&
      /\bgzip\b/.test(options.acceptEncoding) &&
      !response.headers['content-encoding']
    const bytes = zip ? await compress(whole, { level: COMPRESSION_LEVEL }) : whole
    const length = options.head ? {} : { 'content-length': String(bytes.length) }
    outgoing.writeHead(response.status, {
      ...response.headers,
      ...length,
      ...(zip && { 'content-encoding': 'gzip', vary: 'Accept-Encoding' }),
    })
    outgoing.end(bytes)
    return
  }
  outgoing.writeHead(response.status, response.headers)
  outgoing.flushHeaders()
  await writeChunks(outgoing, body, options.signal)
}

async function writeChunks(
  outgoing: ServerResponse,
  chunks: AsyncIterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (signal.aborted) break
      if (chunk.length === 0) continue
      if (!outgoing.write(chunk)) await once(outgoing, 'drain', { signal })
    }
    outgoing.end()
  } catch (error) {
    // The reader is gone, or what makes the chunks failed: either way a cut stream is the only thing left to say.
    outgoing.destroy()
    if (!signal.aborted) throw error
  }
}
