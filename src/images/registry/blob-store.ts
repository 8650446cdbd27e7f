/** Content-addressed files: `blobs/<algorithm>/<first two>/<hex>` below the registry's folder. A blob is visible only
 *  when it is whole, verified and on disk. Blobs are shared by all repositories of the registry. */
import { createReadStream, type ReadStream } from 'node:fs'
import { mkdir, rename, stat, unlink, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Clock, hasErrno, syncToDisk, writeFileAtomically } from '../../lib/index.ts'
import type { ParsedDigest } from '../digest.ts'

/** A blob used within this time of its last touch need not be touched again. */
const TOUCH_INTERVAL_MS = 60_000

export class BlobStore {
  readonly #dir: string
  readonly #clock: Clock

  constructor(dir: string, clock: Clock) {
    this.#dir = dir
    this.#clock = clock
  }

  path(digest: ParsedDigest): string {
    return join(this.#dir, 'blobs', digest.algorithm, digest.hex.slice(0, 2), digest.hex)
  }

  /** Size in bytes, or undefined when there is no such blob. Renews the blob's age, so that a client told that it
   *  exists has the garbage collector's whole grace time to push a manifest that refers to it. */
  async size(digest: ParsedDigest): Promise<number | undefined> {
    const path = this.path(digest)
    try {
      const { size, mtimeMs } = await stat(path)
      const now = this.#clock.now()
      if (now - mtimeMs > TOUCH_INTERVAL_MS) await utimes(path, now / 1000, now / 1000)
      return size
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return undefined
      throw error
    }
  }

  /** Bytes `start` to `end`, both included; everything when left out. */
  read(digest: ParsedDigest, range?: { start: number; end: number }): ReadStream {
    return createReadStream(this.path(digest), range)
  }

  /** Makes the finished, verified file at `source` the blob `digest`. `source` is gone afterwards. */
  async adopt(source: string, digest: ParsedDigest): Promise<void> {
    const target = this.path(digest)
    await mkdir(dirname(target), { recursive: true })
    await rename(source, target)
    await syncToDisk(dirname(target))
  }

  /** Writes a small blob whose digest the caller has verified. */
  async put(digest: ParsedDigest, content: Uint8Array): Promise<void> {
    await writeFileAtomically(this.path(digest), content)
  }

  async remove(digest: ParsedDigest): Promise<void> {
    await unlink(this.path(digest)).catch((error: unknown) => {
      if (!hasErrno(error, 'ENOENT')) throw error
    })
  }
}
