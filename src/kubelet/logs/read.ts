/** Reads a container's log: the file and those rotated away from it, from the wanted place on, then what is added. */
import { open, readFile, stat } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
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

  /** The text for one line of the file; empty where it is not wanted. */
  render(raw: string): string {
    const line = parseLogLine(raw)
    const { sinceMs, stream, timestamps } = this.#options
    if (line === undefined || (stream !== undefined && line.stream !== stream)) return ''
    if (sinceMs !== undefined && Date.parse(line.time) < sinceMs) return ''
    const start = timestamps && !this.#midLine ? `${line.time} ` : ''
    this.#midLine = !line.full
    const text = `${start}${line.content}${line.full ? '\n' : ''}`
    const size = Buffer.byteLength(text)
    const cut = size > this.#left ? Buffer.from(text).subarray(0, this.#left).toString('utf8') : text
    this.#left = Math.max(0, this.#left - size)
    return cut
  }
}

async function wholeFile(path: string): Promise<string> {
  const data = await readFile(path).catch(() => Buffer.alloc(0))
  return (path.endsWith('.gz') ? gunzipSync(data) : data).toString('utf8')
}

/** Where in the file its last `lines` lines begin. */
export async function tailOffset(path: string, lines: number): Promise<{ offset: number; found: number }> {
  await using file = await open(path, 'r')
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

/** Chunks of text. Ends when the container has ended and all is read, when `limitBytes` is reached, on abort, or
 *  (without `follow`) at the end of the file. */
export async function* readLog(options: ReadLogOptions): AsyncIterable<string> {
  const { path, signal } = options
  const renderer = new Renderer(options)
  let offset = 0
  if (options.tailLines !== undefined) {
    const tail = await tailOffset(path, options.tailLines).catch(() => ({ offset: 0, found: 0 }))
    offset = tail.offset
    const lacking = options.tailLines - tail.found
    if (lacking > 0) {
      const earlier = (await Promise.all((await rotatedFiles(path)).map(wholeFile))).join('')
      const text = earlier
        .split('\n')
        .slice(0, -1)
        .slice(-lacking)
        .map((line) => renderer.render(line))
        .join('')
      if (text !== '') yield text
    }
  } else {
    for (const rotated of await rotatedFiles(path)) {
      for (const line of (await wholeFile(rotated)).split('\n')) {
        const text = renderer.render(line)
        if (text !== '') yield text
        if (renderer.full) return
      }
    }
  }

  let rest = ''
  let file = await open(path, 'r').catch(() => undefined)
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES)
    const decoder = new TextDecoder()
    let ended = false
    while (!signal.aborted && !renderer.full) {
      const read = file === undefined ? 0 : (await file.read(buffer, 0, CHUNK_BYTES, offset)).bytesRead
      if (read > 0) {
        offset += read
        const parts = (rest + decoder.decode(buffer.subarray(0, read), { stream: true })).split('\n')
        rest = parts.pop() ?? ''
        const text = parts.map((line) => renderer.render(line)).join('')
        if (text !== '') yield text
        continue
      }
      const current = await stat(path).catch(() => undefined)
      const opened = await file?.stat()
      if (current !== undefined && (opened === undefined || current.ino !== opened.ino)) {
        // Rotated away: what was left of the old file has been read, go on in the new one.
        await file?.close()
        file = await open(path, 'r').catch(() => undefined)
        offset = 0
        continue
      }
      if (!options.follow || ended) return
      // One more look after the end was seen: the last lines may have come in between.
      ended = !(await options.running())
      if (!ended) await options.clock.sleep(POLL_MS, signal)
    }
  } finally {
    await file?.close()
  }
}
