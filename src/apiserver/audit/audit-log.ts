/** The audit log: a file of one JSON document a line, which is put aside when it is full.
 *  Names and defaults are those of kube-apiserver's log backend (--audit-log-maxsize, --audit-log-maxbackup). */
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Clock, errorMessage, type Logger, renameIfThere } from '../../lib/index.ts'

export interface AuditLogOptions {
  path: string
  /** At this size the file is put aside under the time of day. Default 100 MiB. */
  maxBytes?: number
  /** How many of those are kept. Default 10. */
  maxBackups?: number
  clock: Clock
  logger: Logger
}

export interface AuditLog extends AsyncDisposable {
  /** Written in order, soon; a line that cannot be written is lost, and the engine's log says so. */
  write(line: string): void
}

const MAX_BYTES = 100 * 1024 * 1024
const MAX_BACKUPS = 10
/** More than this waits for no disk. */
const MAX_WAITING_CHARACTERS = 64 * 1024 * 1024

export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  await mkdir(dirname(options.path), { recursive: true, mode: 0o711 })
  const file = await open(options.path, 'a', 0o600)
  return new FileAuditLog(options, file, (await file.stat()).size)
}

class FileAuditLog implements AuditLog {
  readonly #options: AuditLogOptions
  #file: FileHandle
  #bytes: number
  #waiting: string[] = []
  #characters = 0
  #lost = 0
  #writing: Promise<void> | undefined

  constructor(options: AuditLogOptions, file: FileHandle, bytes: number) {
    this.#options = options
    this.#file = file
    this.#bytes = bytes
  }

  write(line: string): void {
    if (this.#characters > MAX_WAITING_CHARACTERS) {
      this.#lost++
      return
    }
    this.#waiting.push(line)
    this.#characters += line.length
    this.#writing ??= this.#drain().finally(() => (this.#writing = undefined))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    await this.#file.close()
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // All of one turn of the event loop goes out at once.
      await new Promise((resolve) => setImmediate(resolve))
      const lines = this.#waiting
      this.#waiting = []
      this.#characters = 0
      try {
        await this.#append(Buffer.from(`${lines.join('\n')}\n`))
      } catch (error) {
        this.#lost += lines.length
        this.#options.logger.error({ error: errorMessage(error) }, 'the audit log could not be written')
      }
      if (this.#lost > 0) this.#options.logger.error({ lost: this.#lost }, 'events are missing in the audit log')
      this.#lost = 0
    }
  }

  async #append(bytes: Buffer): Promise<void> {
    if (this.#bytes > 0 && this.#bytes + bytes.length > (this.#options.maxBytes ?? MAX_BYTES)) await this.#putAside()
    await this.#file.appendFile(bytes)
    this.#bytes += bytes.length
  }

  async #putAside(): Promise<void> {
    const { path, clock, maxBackups = MAX_BACKUPS } = this.#options
    const folder = dirname(path)
    const stem = basename(path).replace(/\.log$/, '')
    const time = new Date(clock.now()).toISOString().replaceAll(':', '-').replace('Z', '')
    await renameIfThere(path, join(folder, `${stem}-${time}.log`))
    const next = await open(path, 'a', 0o600)
    await this.#file.close()
    this.#file = next
    this.#bytes = 0
    const aside = (await readdir(folder)).filter((name) => name.startsWith(`${stem}-`) && name.endsWith('.log')).sort()
    for (const name of aside.slice(0, Math.max(0, aside.length - maxBackups))) await rm(join(folder, name))
  }
}
