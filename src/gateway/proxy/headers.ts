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

/** What is read of a message's head. */
interface Head {
  readonly rawHeaders: readonly string[]
  readonly headers: { readonly connection?: string | undefined; readonly trailer?: string | undefined }
}

/** What the `Connection` header names is of this connection, too. */
function connectionOptions(message: Head): readonly string[] {
  const { connection } = message.headers
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return []
  return connection
    .toLowerCase()
    .split(',')
    .map((option) => option.trim())
}

function copyEndToEnd(message: Head, into: string[], skip: ReadonlySet<string> | undefined): void {
  const { rawHeaders } = message
  const options = connectionOptions(message)
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    if (HOP_BY_HOP.has(name) || skip?.has(name) || options.includes(name)) continue
    into.push(rawHeaders[i] as string, rawHeaders[i + 1] as string)
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
  copyEndToEnd(request, headers, OURS)
  const peer = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown'
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
  return forwarded.changes.reduce((list, changes) => applyChanges(list, changes), headers)
}

/** The headers for the client. */
export function responseHeaders(response: Head, changes: readonly (HeaderChanges | undefined)[]): string[] {
  const headers: string[] = []
  copyEndToEnd(response, headers, undefined)
  if (response.headers.trailer !== undefined) headers.push('Trailer', response.headers.trailer)
  return changes.reduce<string[]>((list, change) => applyChanges(list, change), headers)
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
