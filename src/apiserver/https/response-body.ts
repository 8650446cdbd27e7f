/** What follows the head of an answer: at once, compressed when large, or chunk by chunk at the reader's pace. */
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { ApiResponse } from '../../api/index.ts'
import type { Caller } from './caller.ts'
import type { ChunkBytes } from './chunk-bytes.ts'

/** Smaller answers are not worth compressing. Kubernetes' threshold. */
const COMPRESS_FROM_BYTES = 128 * 1024
const COMPRESSION_LEVEL = 1
const PIECE_BYTES = 512 * 1024
const compress = promisify(gzip)

/** For every answer that says nothing else: what it says may have changed the moment after, and is its caller's alone. */
export const NOT_KEPT = { 'cache-control': 'no-cache, private' }

export interface WholeBody {
  bytes: string | Uint8Array
  length: number
  encoding: Record<string, string> | undefined
}

/** A promise only where there is something to wait for. */
export function wholeBody(
  { body, headers }: ApiResponse,
  acceptEncoding: string | undefined,
): WholeBody | Promise<WholeBody> {
  const bytes = body as string | Uint8Array
  const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length
  if (length < COMPRESS_FROM_BYTES || headers['content-encoding'] || !/\bgzip\b/.test(acceptEncoding ?? ''))
    return { bytes, length, encoding: undefined }
  return compressed(bytes)
}

/** Sends a body after its head. */
export async function writeWhole(outgoing: Writable, bytes: string | Uint8Array, caller: Caller): Promise<void> {
  if (bytes.length <= PIECE_BYTES) {
    outgoing.end(bytes)
    return
  }
  // Encrypted as a whole, a large answer would be in memory three times, and everybody would wait for it.
  const whole = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  for (let at = 0; at < whole.length && !caller.gone; at += PIECE_BYTES)
    if (!outgoing.write(whole.subarray(at, at + PIECE_BYTES))) await drained(outgoing)
  outgoing.end()
}

async function compressed(body: string | Uint8Array): Promise<WholeBody> {
  const bytes = await compress(body, { level: COMPRESSION_LEVEL })
  return { bytes, length: bytes.length, encoding: { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } }
}

export async function writeChunks(
  outgoing: Writable,
  body: AsyncIterable<string | Uint8Array>,
  { caller, chunks }: { caller: Caller; chunks: ChunkBytes },
): Promise<void> {
  try {
    for await (const chunk of body) {
      if (caller.gone) break
      if (chunk.length === 0) continue
      if (!outgoing.write(typeof chunk === 'string' ? chunks.of(chunk) : chunk)) await drained(outgoing)
    }
    outgoing.end()
  } catch (error) {
    // The reader is gone, or what makes the chunks failed: either way a cut stream is the only thing left to say.
    outgoing.destroy()
    if (!caller.gone) throw error
  }
}

/** Resolves when the reader has caught up, or is gone. */
function drained(outgoing: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done)
      outgoing.off('close', done)
      resolve()
    }
    outgoing.on('drain', done)
    outgoing.on('close', done)
  })
}
