import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { zstdDecompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compressReproducibly } from './compress.ts'

/** Half random, half repetitive. */
const content = Buffer.concat(
  Array.from({ length: 20_000 }, (_, index) =>
    index % 2 === 0 ? createHash('sha256').update(String(index)).digest() : Buffer.alloc(32, 'a'),
  ),
)

/** Gives `bytes` in pieces of these sizes, over and over, with a turn of the event loop after some. */
async function* pieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let offset = 0, index = 0; offset < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? bytes.length
    yield bytes.subarray(offset, offset + size)
    offset += size
    if (size % 2 === 0) await turn()
  }
}

async function compress(bytes: Buffer, sizes: readonly number[]): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of compressReproducibly(pieces(bytes, sizes))) {
    chunks.push(chunk)
    if (sizes.length % 2 === 0) await turn()
  }
  return Buffer.concat(chunks)
}

describe('compressReproducibly', () => {
  it('gives the same bytes however its input arrives and its output is taken', async () => {
    for (const length of [0, 1, 1000, 131_072, content.length]) {
      const bytes = content.subarray(0, length)
      const expected = await compress(bytes, [65_536])
      expect(zstdDecompressSync(expected).equals(bytes)).toBe(true)
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 1000, max: 300_000 }), { minLength: 1, maxLength: 6 }),
          async (sizes) => {
            expect((await compress(bytes, sizes)).equals(expected)).toBe(true)
          },
        ),
        { numRuns: 15 },
      )
    }
  })

  it('passes on the failure of its input', async () => {
    const failing = async function* () {
      yield content
      throw new Error('the disk is gone')
    }
    await expect(
      (async () => {
        for await (const chunk of compressReproducibly(failing())) void chunk
      })(),
    ).rejects.toThrow('the disk is gone')
  })
})
