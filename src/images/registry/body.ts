/** Small request bodies, read whole. */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { DistributionError } from '../errors.ts'

/** Throws SIZE_INVALID (413) past `limitBytes`. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of keepOpen(request)) {
    size += chunk.byteLength
    if (size > limitBytes)
      throw new DistributionError('SIZE_INVALID', 413, `a manifest may have at most ${limitBytes} bytes here`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A body's chunks. Leaving the loop early leaves the connection open, so that the refusal reaches the client. */
export function keepOpen(body: Readable): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer> }
}
