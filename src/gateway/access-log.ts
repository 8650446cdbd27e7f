/** The access log: one JSON line per request. Queries are left out: they hold tokens. */
import { type FileHandle, open } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { errorMessage, type Logger, renameIfThere } from '../lib/index.ts'
import { LineBuffer } from './line-buffer.ts'

export interface AccessRecord {
  readonly time: string
  readonly method: string
  readonly host: string
  readonly path: string
  readonly status: number
  /** Sent to the client, heads included. */
  readonly bytes: number
  readonly durationMs: number
  readonly app: string | undefined
  readonly endpoint: string | undefined
  readonly retries: number
}

export interface AccessLog extends AsyncDisposable {
  write(record: AccessRecord): void
}

/** Lines are lost rather than kept in memory beyond this, when the disk is slower than the requests. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024
const FLUSH_MS = 200

/** `path`: appended to; at `maxBytes` (default 64 MiB) it becomes `path.1`, which replaces the one before. */
export async function openAccessLog(
  to: { readonly path: string; readonly maxBytes?: number } | Writable | undefined,
  logger: Logger,
): Promise<AccessLog> {
  if (to === undefined) return { write: () => {}, [Symbol.asyncDispose]: async () => {} }
  if (!('path' in to) || typeof to.path !== 'string') {
    const stream = to as Writable
    return {
      write: (record) => void stream.write(`${JSON.stringify(record)}\n`),
      [Symbol.asyncDispose]: async () => {},
    }
  }
  const { path, maxBytes = 64 * 1024 * 1024 } = to as { path: string; maxBytes?: number }
  const file = await open(path, 'a', 0o640)
  return new FileAccessLog({ path, maxBytes, file, bytes: (await file.stat()).size, logger })
}

class FileAccessLog implements AccessLog {
  readonly #path: string
  readonly #maxBytes: number
  readonly #logger: Logger
  #file: FileHandle
  #bytes: number
  readonly #buffer = new LineBuffer()
  #lost = 0
  #writing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(options: { path: string; maxBytes: number; file: FileHandle; bytes: number; logger: Logger }) {
    this.#path = options.path
    this.#maxBytes = options.maxBytes
    this.#file = options.file
    this.#bytes = options.bytes
    this.#logger = options.logger
  }

  write(record: AccessRecord): void {
    if (this.#buffer.bytes > MAX_BUFFERED_BYTES) {
      this.#lost++
      return
    }
    this.#buffer.push(JSON.stringify(record))
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#flush()
    await this.#writing
    await this.#file.close()
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#writing = this.#writing.then(() => this.#writeOut()).finally(() => (this.#timer = undefined))
  }

  async #writeOut(): Promise<void> {
    const { bytes } = this.#buffer
    if (bytes === 0) return
    const blocks = this.#buffer.take()
    try {
      if (this.#bytes + bytes > this.#maxBytes && this.#bytes > 0) await this.#rotate()
      for (const block of blocks) await this.#file.appendFile(block)
      this.#bytes += bytes
      if (this.#lost > 0) this.#logger.warn({ lost: this.#lost }, 'the access log could not keep up; lines were lost')
      this.#lost = 0
    } catch (error) {
      this.#logger.warn({ path: this.#path, error: errorMessage(error) }, 'could not write the access log')
    }
  }

  async #rotate(): Promise<void> {
    await renameIfThere(this.#path, `${this.#path}.1`)
    const next = await open(this.#path, 'a', 0o640)
    await this.#file.close()
    this.#file = next
    this.#bytes = 0
  }
}
