/** Headers on their way through. Lists are flat (name, value, name, value …), as in `IncomingMessage.rawHeaders`, so
 *  that spelling, order and repetition stay as they were. Source: RFC 9110 section 7.6.1 (Connection). */
import type { IncomingMessage } from 'node:http'
import type { HeaderChanges } from '../table/table.ts'

/** Of one connection only, never passed on. `expect` is passed on, with its answer. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
/** Set by us on every request. */
const OURS = new Set(['host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'])

/** By a name's length, whether one of these sets may have it: most names need not be made lower-case to be known. */
const LENGTHS = lengthsOf(HOP_BY_HOP)
const REQUEST_LENGTHS = LENGTHS | lengthsOf(OURS)

function lengthsOf(names: ReadonlySet<string>): number {
  let lengths = 0
  for (const name of names) lengths |= 1 << name.length
  return lengths
}

/** What is read of a message's head. */
interface Head {
  readonly rawHeaders: readonly string[]
  readonly headers: { readonly connection?: string | undefined; readonly trailer?: string | undefined }
}

/** What the `Connection` header names is of this connection, too. */
function connectionOptions(message: Head): ReadonlySet<string> | undefined {
  const { connection } = message.headers
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined
  const options = connection.toLowerCase().split(',')
  return new Set(options.map((option) => option.trim()))
}

function copyEndToEnd(message: Head, into: string[], isRequest: boolean): void {
  const { rawHeaders } = message
  const options = connectionOptions(message)
  const lengths = isRequest ? REQUEST_LENGTHS : LENGTHS
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    if (options !== undefined || (name.length < 32 && (lengths >>> name.length) & 1)) {
      const key = name.toLowerCase()
      if (HOP_BY_HOP.has(key) || (isRequest && OURS.has(key)) || options?.has(key)) continue
    }
    into.push(name, rawHeaders[i + 1] as string)
  }
}

export interface ForwardedRequest {
  /** The Host that the backend sees. */
  readonly host: string
  readonly hasBody: boolean
  /** What the client spoke. */
  readonly scheme: 'http' | 'https'
  /** The protocol of an upgrade, such as `websocket`. */
  readonly upgrade: string | undefined
  readonly changes: readonly (HeaderChanges | undefined)[]
}

/** The headers for the backend. */
export function requestHeaders(request: IncomingMessage, forwarded: ForwardedRequest): string[] {
  const headers = ['Host', forwarded.host]
  copyEndToEnd(request, headers, true)
  const { remoteAddress = 'unknown' } = request.socket
  const peer = remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress
  const before = request.headers['x-forwarded-for']
  headers.push('X-Forwarded-For', before === undefined ? peer : `${String(before)}, ${peer}`)
  headers.push('X-Forwarded-Proto', forwarded.scheme, 'X-Forwarded-Host', request.headers.host ?? '')
  if (request.headers.te?.includes('trailers')) headers.push('TE', 'trailers')
  if (request.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked')
  else if (
    !forwarded.hasBody &&
    request.method !== 'GET' &&
    request.method !== 'HEAD' &&
    request.headers['content-length'] === undefined
  )
    headers.push('Content-Length', '0')
  if (forwarded.upgrade !== undefined) headers.push('Connection', 'Upgrade', 'Upgrade', forwarded.upgrade)
  return forwarded.changes.reduce(applyChanges, headers)
}

/** The headers for the client. */
export function responseHeaders(response: Head, changes: readonly (HeaderChanges | undefined)[]): string[] {
  const headers: string[] = []
  copyEndToEnd(response, headers, false)
  if (response.headers.trailer !== undefined) headers.push('Trailer', response.headers.trailer)
  return changes.reduce<string[]>(applyChanges, headers)
}

function applyChanges(headers: string[], changes: HeaderChanges | undefined): string[] {
  if (changes === undefined) return headers
  const result: string[] = []
  const added = new Set<string>()
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    const key = name.toLowerCase()
    if (changes.drop.has(key)) continue
    const extra = changes.add.get(key)
    const joins = extra !== undefined && !added.has(key)
    if (joins) added.add(key)
    result.push(name, joins ? `${headers[i + 1]},${extra[1]}` : (headers[i + 1] as string))
  }
  result.push(...changes.put)
  for (const [key, [name, value]] of changes.add) if (!added.has(key)) result.push(name, value)
  return result
}
