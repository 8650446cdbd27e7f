/** Uploads under way: one file each, `uploads/<id>`. The file is the whole state (its length is the offset), so an
 *  upload goes on after the process was killed. */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { hasErrno, syncToDisk } from '../../lib/index.ts'
import { hashFor, hashStream, type ParsedDigest } from '../digest.ts'
import { DistributionError } from '../errors.ts'
import { keepOpen } from './body.ts'
import type { BlobStore } from './blob-store.ts'

const UPLOAD_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export class UploadStore {
  readonly #dir: string
  readonly #blobs: BlobStore
  readonly #maxBlobBytes: number
  /** Uploads that a request is writing to: a second writer is refused. */
  readonly #busy = new Set<string>()

  constructor(dir: string, blobs: BlobStore, maxBlobBytes: number) {
    this.#dir = join(dir, 'uploads')
    this.#blobs = blobs
    this.#maxBlobBytes = maxBlobBytes
  }

  async create(): Promise<string> {
    await mkdir(this.#dir, { recursive: true })
    const id = randomUUID()
    await (await open(this.#path(id), 'wx', 0o600)).close()
    return id
  }

  /** Bytes received so far. Throws BLOB_UPLOAD_UNKNOWN. */
  async offset(id: string): Promise<number> {
    try {
      return (await stat(this.#path(id))).size
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) throw unknownUpload(id)
      throw error
    }
  }

  /** Adds `body` at the end and returns the new offset. `start`, when given, must be the current offset. What arrived
   *  before the client broke off is kept, so that it can go on from there. */
  append(id: string, body: Readable, start?: number): Promise<number> {
    return this.#exclusively(id, async () => (await this.#write(id, body, start)).offset)
  }

  /** Adds `body`, checks the digest of the whole and makes it a blob. Returns its size. Throws DIGEST_INVALID; the
   *  upload is gone then. */
  finish(id: string, digest: ParsedDigest, body: Readable, start?: number): Promise<number> {
    return this.#exclusively(id, async () => {
      const before = await this.offset(id)
      const hash = hashFor(digest)
      const written = await this.#write(id, body, start, (chunk) => hash.update(chunk))
      const path = this.#path(id)
      const hex = before === 0 ? hash.digest('hex') : await hashStream(digest, createReadStream(path))
      if (hex !== digest.hex) {
        await this.remove(id)
        throw new DistributionError(
          'DIGEST_INVALID',
          400,
          `the uploaded content has digest ${digest.algorithm}:${hex}, not the ${digest.algorithm}:${digest.hex} announced`,
        )
      }
      await this.#blobs.adopt(path, digest)
      return written.offset
    })
  }

  async remove(id: string): Promise<void> {
    await unlink(this.#path(id)).catch((error: unknown) => {
      if (hasErrno(error, 'ENOENT')) throw unknownUpload(id)
      throw error
    })
  }

  /** Removes uploads that nobody wrote to since `epochMs`. Returns how many. */
  async removeOlderThan(epochMs: number): Promise<number> {
    let removed = 0
    for (const name of await readdir(this.#dir).catch(() => [])) {
      const path = join(this.#dir, name)
      const facts = await stat(path).catch(() => undefined)
      if (facts === undefined || facts.mtimeMs >= epochMs || this.#busy.has(name)) continue
      await unlink(path).catch(() => undefined)
      removed += 1
    }
    return removed
  }

  async #write(
    id: string,
    body: Readable,
    start?: number,
    onChunk?: (chunk: Uint8Array) => void,
  ): Promise<{ offset: number }> {
    const file = await open(this.#path(id), 'r+').catch((error: unknown) => {
      throw hasErrno(error, 'ENOENT') ? unknownUpload(id) : error
    })
    try {
      let { size: offset } = await file.stat()
      if (start !== undefined && start !== offset)
        throw new DistributionError('RANGE_INVALID', 416, `this upload goes on at byte ${offset}, not at ${start}`, {
          headers: { Range: uploadRange(offset) },
        })
      for await (const chunk of keepOpen(body)) {
        if (offset + chunk.byteLength > this.#maxBlobBytes)
          throw new DistributionError('SIZE_INVALID', 413, `a blob may have at most ${this.#maxBlobBytes} bytes here`)
        onChunk?.(chunk)
        await writeWhole(file, chunk, offset)
        offset += chunk.byteLength
      }
      await file.sync()
      return { offset }
    } catch (error) {
      // What was received is what fills the disk: given up, so that it is not full for everybody else.
      if (hasErrno(error, 'ENOSPC', 'EDQUOT')) await this.remove(id)
      throw error
    } finally {
      await file.close()
      await syncToDisk(this.#dir).catch(() => undefined)
    }
  }

  async #exclusively<T>(id: string, work: () => Promise<T>): Promise<T> {
    if (this.#busy.has(id))
      throw new DistributionError(
        'BLOB_UPLOAD_INVALID',
        409,
        'another request is writing to this upload; wait for it to end',
      )
    this.#busy.add(id)
    try {
      return await work()
    } finally {
      this.#busy.delete(id)
    }
  }

  #path(id: string): string {
    if (!UPLOAD_ID.test(id)) throw unknownUpload(id)
    return join(this.#dir, id)
  }
}

/** The `Range` header of an upload that has received `offset` bytes. The protocol has no form for "none": `0-0`. */
export function uploadRange(offset: number): string {
  return `0-${Math.max(0, offset - 1)}`
}

function unknownUpload(id: string): DistributionError {
  return new DistributionError('BLOB_UPLOAD_UNKNOWN', 404, 'no such upload: it was finished, cancelled or timed out', {
    detail: { upload: id.slice(0, 64) },
  })
}

/** The system writes as much as there is room for, and says that there is none only when it is asked again. */
async function writeWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.byteLength; )
    at += (await file.write(bytes, at, bytes.byteLength - at, position + at)).bytesWritten
}
