/** What a request line and its Host ask for, taken apart without building objects for every part. */
import type { IncomingMessage } from 'node:http'

export interface Target {
  /** Lower-case, without port or trailing dot. */
  readonly host: string
  /** Without the query. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
}

/** Undefined for a request target that a gateway cannot serve. Forms: RFC 9112 section 3.2. */
export function parseTarget(request: IncomingMessage): Target | undefined {
  let url = request.url ?? ''
  let authority = request.headers.host ?? ''
  if (url.charCodeAt(0) !== 0x2f) {
    const absolute = /^https?:\/\/([^/?#]+)(.*)$/i.exec(url)
    if (absolute !== null) {
      authority = absolute[1] as string
      url = absolute[2]?.startsWith('/') ? absolute[2] : `/${absolute[2] ?? ''}`
    } else if (url === '*' && request.method === 'OPTIONS') url = '/'
    else return undefined
  }
  const mark = url.indexOf('?')
  const host = hostOf(authority)
  return mark < 0 ? { host, path: url, query: '' } : { host, path: url.slice(0, mark), query: url.slice(mark + 1) }
}

function hostOf(authority: string): string {
  const colon = authority.lastIndexOf(':')
  const host = colon > authority.lastIndexOf(']') ? authority.slice(0, colon) : authority
  const plain = host.endsWith('.') ? host.slice(0, -1) : host
  return plain.toLowerCase()
}
