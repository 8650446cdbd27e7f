/** Reads a container's log: the file and those rotated away from it, from the wanted place on, then what is added. Bytes go
 *  through as the container wrote them: as text they would be broken where a runtime cuts long lines. */
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { Clock } from '../../lib/index.ts'
import { parseLogLine } from './line.ts'
import { rotatedFiles } from './rotated-files.ts'

export interface ReadLogOptions {
  /** `<attempt>.log`; rotated files are `<attempt>.log.<time>`. */
  path: string
  follow: boolean
  tailLines?: number | undefined
  sinceMs?: number | undefined
  limitBytes?: number | undefined
  timestamps: boolean
  stream?: 'stdout' | 'stderr' | undefined
  /** Whether the container still writes; asked when the end of the file is reached. */
  running: () => Promise<boolean>
  clock: Clock
  signal: AbortSignal
}

const POLL_MS = 100
const CHUNK_BYTES = 64 * 1024

/** Of lines whose characters are bytes (latin1). */
class Renderer {
  readonly #options: ReadLogOptions
  #midLine = false
  #left: number

  constructor(options: ReadLogOptions) {
    this.#options = options
    this.#left = options.limitBytes ?? Infinity
  }

  get full(): boolean {
    return this.#left <= 0
  }

  /** What is wanted of these lines of the file. */
  render(lines: readonly string[]): Buffer {
    const text = lines.map((raw) => this.#one(raw)).join('')
    const cut = text.slice(0, this.#left)
    this.#left -= cut.length
    return Buffer.from(cut, 'latin1')
  }

  #one(raw: string): string {
    const line = parseLogLine(raw)
    const { sinceMs, stream, timestamps } = this.#options
    if (line === undefined || (stream !== undefined && line.stream !== stream)) return ''
    if (sinceMs !== undefined && Date.parse(line.time) < sinceMs) return ''
    const start = timestamps && !this.#midLine ? `${line.time} ` : ''
    this.#midLine = !line.full
    return `${start}${line.content}${line.full ? '\n' : ''}`
  }
}

/** Where in the file its last `lines` lines begin. */
export async function tailOffset(file: FileHandle, lines: number): Promise<{ offset: number; found: number }> {
  const { size } = await file.stat()
  if (lines <= 0) return { offset: size, found: 0 }
  let position = size
  let found = 0
  while (position > 0) {
    const length = Math.min(CHUNK_BYTES, position)
    position -= length
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, position)
    for (let index = length - 1; index >= 0; index--) {
      if (buffer[index] !== 10 || position + index === size - 1) continue
      found += 1
      if (found === lines) return { offset: position + index + 1, found }
    }
  }
  return { offset: 0, found: size === 0 ? 0 : found + 1 }
}

/** A file that is read to its end whatever it is called meanwhile: it stays open. */
interface Place {
  file: FileHandle
  offset: number
}

const openIfThere = (path: string) => open(path, 'r').catch(() => undefined)

/** The oldest file that is wanted. Undefined: there is none yet. */
async function firstPlace({ path, tailLines }: ReadLogOptions): Promise<Place | undefined> {
  const rotated = await rotatedFiles(path)
  if (tailLines === undefined) {
    for (const name of [...rotated, path]) {
      const file = await openIfThere(name)
      if (file !== undefined) return { file, offset: 0 }
    }
    return undefined
  }
  let place: Place | undefined
  let lacking = tailLines
  for (const name of [path, ...rotated.toReversed()]) {
    const file = await openIfThere(name)
    if (file === undefined) continue
    await place?.file.close()
    const { offset, found } = await tailOffset(file, lacking)
    place = { file, offset }
    lacking -= found
    if (lacking <= 0) break
  }
  return place
}

/** The file that follows on this one; undefined where it is the newest. One that was removed meanwhile is followed by those
 *  that were written to after it. */
async function fileAfter({ path }: ReadLogOptions, { file }: Place): Promise<FileHandle | undefined> {
  const own = await file.stat()
  const current = await stat(path).catch(() => undefined)
  if (current?.ino === own.ino) return undefined
  const names = [...(await rotatedFiles(path)), path]
  const files = await Promise.all(names.map((name) => stat(name).catch(() => undefined)))
  const index = files.findIndex((one) => one?.ino === own.ino)
  const follows = (one: { mtimeMs: number }, at: number) => (index === -1 ? one.mtimeMs >= own.mtimeMs : at > index)
  const next = files.findIndex((one, at) => one !== undefined && follows(one, at))
  return next === -1 ? undefined : openIfThere(names[next] as string)
}

/** Chunks of what was logged. Ends when the container has ended and all is read, when `limitBytes` is reached, on abort, or
 *  (without `follow`) at the end of the newest file. */
export async function* readLog(options: ReadLogOptions): AsyncIterable<Buffer> {
  const { path, signal } = options
  const renderer = new Renderer(options)
  const buffer = Buffer.alloc(CHUNK_BYTES)
  let place = await firstPlace(options)
  let next: FileHandle | undefined
  try {
    let rest = ''
    let ended = false
    while (!signal.aborted && !renderer.full) {
      const read = (await place?.file.read(buffer, 0, CHUNK_BYTES, place.offset))?.bytesRead ?? 0
      if (place !== undefined && read > 0) {
        place.offset += read
        const lines = (rest + buffer.toString('latin1', 0, read)).split('\n')
        rest = lines.pop() ?? ''
        const wanted = renderer.render(lines)
        if (wanted.length > 0) yield wanted
        continue
      }
      if (next !== undefined) {
        await place?.file.close()
        place = { file: next, offset: 0 }
        next = undefined
        // The end of a line that the runtime was killed in never comes.
        rest = ''
        continue
      }
      next = place === undefined ? await openIfThere(path) : await fileAfter(options, place)
      // This one is looked at once more: the last lines may have come before it was rotated away.
      if (next !== undefined) continue
      if (!options.follow || ended) return
      // One more look after the end was seen: the last lines may have come in between.
      ended = !(await options.running())
      if (!ended) await options.clock.sleep(POLL_MS, signal)
    }
  } finally {
    await next?.close()
    await place?.file.close()
  }
}
