/** zstd whose output depends on its input alone. */
import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib'

/** Fixed, because it decides the bytes. No workers (ZSTD_c_nbWorkers): Node's stream ends too early with them. */
const PARAMETERS = { [constants.ZSTD_c_compressionLevel]: 3 }

const CHUNK_BYTES = 128 * 1024

/** Compresses as one frame. Node's own stream gives other bytes from run to run: zstd treats a last chunk that comes
 *  together with the end in another way, and whether it does is a matter of timing. So chunks have one size here, each is
 *  taken wholly before the next, and the end comes alone. */
export async function* compressReproducibly(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const zstd = createZstdCompress({ params: PARAMETERS })
  const feeding = feed(zstd, source).catch((error: unknown) => {
    zstd.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  try {
    for await (const chunk of zstd) yield chunk as Buffer
  } finally {
    zstd.destroy()
    await feeding
  }
}

async function feed(zstd: ZstdCompress, source: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of rechunk(source))
    await new Promise<void>((resolve, reject) => {
      zstd.write(chunk, (error) => (error ? reject(error) : resolve()))
    })
  zstd.end()
}

/** The same bytes in chunks of one size, the last one apart. */
async function* rechunk(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let size = 0
  for await (const chunk of source) {
    parts.push(chunk)
    size += chunk.byteLength
    if (size < CHUNK_BYTES) continue
    const joined = Buffer.concat(parts, size)
    let offset = 0
    for (; size - offset >= CHUNK_BYTES; offset += CHUNK_BYTES) yield joined.subarray(offset, offset + CHUNK_BYTES)
    parts = offset === size ? [] : [joined.subarray(offset)]
    size -= offset
  }
  if (size > 0) yield Buffer.concat(parts, size)
}
