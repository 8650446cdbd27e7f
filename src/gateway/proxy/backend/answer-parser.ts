/** Reads a backend's answer from the bytes of its connection, however they are cut. Strict: what could be read in two
 *  ways is refused. Pure. Source: RFC 9112 (sections 4 to 7); what Node's own parser refuses is refused here. */
import type { IncomingHttpHeaders } from 'node:http'

export interface AnswerHead {
  readonly status: number
  readonly message: string
  /** Name, value, name, value …, as they came. */
  readonly rawHeaders: string[]
  /** Those that matter on the way, by their lower-case names. */
  readonly headers: Pick<IncomingHttpHeaders, 'connection' | 'content-length' | 'trailer'>
}

export interface AnswerReceiver {
  onHead(head: AnswerHead): void
  /** `chunk` is only good until this returns. */
  onBody(chunk: Buffer): void
  /** Trailers as `rawHeaders` are. */
  onEnd(rawTrailers: string[]): void
}

/** What came is no answer. */
export class MalformedAnswer extends Error {
  override name = 'MalformedAnswer'
}

const MAX_HEAD_BYTES = 64 * 1024
const MAX_LINE_BYTES = 4 * 1024
const LF = 0x0a
const NOTHING = Buffer.alloc(0)
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/
/** Lines, each a name and a value. No CR or LF can be within one, and there is one way at most in which a text is such
 *  lines: what is none is found out in linear time. */
const FIELDS = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*(?:\r\n|$))*$/
/** Among the options of a `Connection` header. */
const CLOSE = /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i
const KEEP_ALIVE = /(?:^|,)[\t ]*keep-alive[\t ]*(?:,|$)/i
const CHUNK_SIZE = /^([0-9a-fA-F]{1,12})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/

type State = 'head' | 'length' | 'untilClose' | 'chunkSize' | 'chunk' | 'chunkEnd' | 'trailers' | 'ended'

export class AnswerParser {
  readonly #receiver: AnswerReceiver
  readonly #isHead: boolean
  #state: State = 'head'
  /** Bytes of a head or line whose end has not come. */
  #held: Buffer = NOTHING
  /** Of the body, or of its chunk. */
  #left = 0
  #keepsAlive = false

  constructor(receiver: AnswerReceiver, method: string) {
    this.#receiver = receiver
    this.#isHead = method === 'HEAD'
  }

  get hasEnded(): boolean {
    return this.#state === 'ended'
  }

  /** Whether the connection is good for another request; only known at the end. */
  get keepsAlive(): boolean {
    return this.#state === 'ended' && this.#keepsAlive
  }

  /** `chunk` is used before this returns. Throws MalformedAnswer. */
  push(chunk: Buffer): void {
    let bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    this.#held = NOTHING
    while (bytes.length > 0) {
      const used = this.#step(bytes)
      if (used === bytes.length) return
      if (used === undefined) {
        this.#held = Buffer.from(bytes)
        return
      }
      bytes = bytes.subarray(used)
    }
  }

  /** The backend closed the connection; whether that is a proper end. */
  close(): boolean {
    this.#keepsAlive = false
    if (this.#state === 'untilClose') this.#end([])
    return this.#state === 'ended'
  }

  /** How many bytes were used; undefined: more must come first. */
  #step(bytes: Buffer): number | undefined {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes)
      case 'length':
      case 'chunk':
        return this.#readBody(bytes)
      case 'untilClose':
        this.#receiver.onBody(bytes)
        return bytes.length
      case 'chunkSize':
        return this.#readLine(bytes, (line) => this.#beginChunk(line))
      case 'chunkEnd':
        return this.#readLine(bytes, (line) => {
          if (line !== '') throw new MalformedAnswer('a chunk is longer than it says')
          this.#state = 'chunkSize'
        })
      case 'trailers':
        return this.#readTrailers(bytes)
      case 'ended':
        throw new MalformedAnswer('there is more than one answer')
    }
  }

  #readHead(bytes: Buffer): number | undefined {
    const end = bytes.indexOf('\r\n\r\n', 0, 'latin1')
    if (end < 0 ? bytes.length > MAX_HEAD_BYTES : end > MAX_HEAD_BYTES)
      throw new MalformedAnswer(`the head is longer than ${MAX_HEAD_BYTES} bytes`)
    if (end < 0) return undefined
    const text = bytes.toString('latin1', 0, end)
    const cut = text.indexOf('\r\n')
    const [, minor, digits, message = ''] = STATUS_LINE.exec(cut < 0 ? text : text.slice(0, cut)) ?? []
    if (minor === undefined) throw new MalformedAnswer('it does not begin with a status line')
    const status = Number(digits)
    const rawHeaders = cut < 0 ? [] : fieldsOf(text, cut + 2)
    const framing = framingOf(rawHeaders)
    // What a backend says before its answer is for the one who asked it.
    if (status < 200) {
      if (status === 101) throw new MalformedAnswer('it changes the protocol, which nobody asked for')
      return end + 4
    }
    const { connection = '' } = framing.headers
    this.#keepsAlive = minor === '1' ? !CLOSE.test(connection) : KEEP_ALIVE.test(connection)
    this.#beginBody(status, framing)
    this.#receiver.onHead({ status, message, rawHeaders, headers: framing.headers })
    if (this.#state === 'ended') this.#receiver.onEnd([])
    return end + 4
  }

  #beginBody(status: number, { isChunked, length }: Framing): void {
    if (this.#isHead || status === 204 || status === 304 || length === 0) this.#state = 'ended'
    else if (isChunked) this.#state = 'chunkSize'
    else if (length === undefined) this.#state = 'untilClose'
    else {
      this.#state = 'length'
      this.#left = length
    }
  }

  #readBody(bytes: Buffer): number {
    const used = Math.min(this.#left, bytes.length)
    this.#left -= used
    this.#receiver.onBody(used === bytes.length ? bytes : bytes.subarray(0, used))
    if (this.#left === 0) {
      if (this.#state === 'chunk') this.#state = 'chunkEnd'
      else this.#end([])
    }
    return used
  }

  #beginChunk(line: string): void {
    const size = CHUNK_SIZE.exec(line)?.[1]
    if (size === undefined) throw new MalformedAnswer('a chunk has no size')
    this.#left = Number.parseInt(size, 16)
    this.#state = this.#left === 0 ? 'trailers' : 'chunk'
  }

  #readLine(bytes: Buffer, use: (line: string) => void): number | undefined {
    const end = bytes.indexOf(LF)
    if (end < 0 ? bytes.length > MAX_LINE_BYTES : end > MAX_LINE_BYTES)
      throw new MalformedAnswer(`a line is longer than ${MAX_LINE_BYTES} bytes`)
    if (end < 0) return undefined
    if (end === 0 || bytes[end - 1] !== 0x0d) throw new MalformedAnswer('a line does not end with CR LF')
    use(bytes.toString('latin1', 0, end - 1))
    return end + 1
  }

  #readTrailers(bytes: Buffer): number | undefined {
    if (bytes.length >= 2 && bytes[0] === 0x0d && bytes[1] === LF) {
      this.#end([])
      return 2
    }
    const end = bytes.indexOf('\r\n\r\n', 0, 'latin1')
    if (end < 0 ? bytes.length > MAX_HEAD_BYTES : end > MAX_HEAD_BYTES)
      throw new MalformedAnswer(`the trailers are longer than ${MAX_HEAD_BYTES} bytes`)
    if (end < 0) return undefined
    this.#end(fieldsOf(bytes.toString('latin1', 0, end), 0))
    return end + 4
  }

  #end(rawTrailers: string[]): void {
    this.#state = 'ended'
    this.#receiver.onEnd(rawTrailers)
  }
}

/** The lines of `text` from `at` on, as name, value, name, value …. */
function fieldsOf(text: string, at: number): string[] {
  if (!FIELDS.test(text.slice(at))) throw new MalformedAnswer('a line is no header')
  const fields: string[] = []
  for (let from = at; from < text.length; ) {
    const end = text.indexOf('\r\n', from)
    const to = end < 0 ? text.length : end
    const colon = text.indexOf(':', from)
    fields.push(text.slice(from, colon), valueOf(text, colon + 1, to))
    from = to + 2
  }
  return fields
}

/** Without the blanks around it. */
function valueOf(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

const isBlank = (code: number) => code === 0x20 || code === 0x09

interface Framing {
  readonly isChunked: boolean
  readonly length: number | undefined
  readonly headers: AnswerHead['headers']
}

/** Of the names that matter below, by a bit each. */
const FRAMING_LENGTHS = ['content-length', 'transfer-encoding', 'connection', 'trailer'].reduce(
  (lengths, name) => lengths | (1 << name.length),
  0,
)

function framingOf(rawHeaders: readonly string[]): Framing {
  const headers: AnswerHead['headers'] = {}
  let isChunked = false
  let length: number | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const value = rawHeaders[i + 1] as string
    const name = rawHeaders[i] as string
    // Most names need not be made lower-case to be known.
    if (name.length > 31 || ((FRAMING_LENGTHS >>> name.length) & 1) === 0) continue
    switch (name.toLowerCase()) {
      case 'content-length':
        if (length !== undefined || !/^\d{1,15}$/.test(value)) throw new MalformedAnswer('its length is not one number')
        length = Number(value)
        headers['content-length'] = value
        break
      case 'transfer-encoding':
        if (isChunked || value.toLowerCase() !== 'chunked')
          throw new MalformedAnswer('its transfer coding is another than chunked')
        isChunked = true
        break
      case 'connection':
        headers.connection = headers.connection === undefined ? value : `${headers.connection}, ${value}`
        break
      case 'trailer':
        headers.trailer = headers.trailer === undefined ? value : `${headers.trailer}, ${value}`
        break
    }
  }
  if (isChunked && length !== undefined) throw new MalformedAnswer('it has both a length and chunks')
  return { isChunked, length, headers }
}
