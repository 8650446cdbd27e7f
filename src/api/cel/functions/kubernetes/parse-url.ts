/** URLs as Go's net/url takes them apart: more lenient than JavaScript's, and without its clean-ups. */

export interface Url {
  scheme: string
  /** With port, if there is one. */
  host: string
  /** As it was given where that is a valid encoding, else encoded. */
  escapedPath: string
  rawQuery: string
  /** What is neither, for telling whether two URLs are the same. */
  rest: string
}

export class BadUrl extends Error {}

/** As `url.ParseRequestURI` checks it and `url.Parse` takes it apart. Throws BadUrl, worded as Go words it. */
export function parseUrl(text: string): Url {
  split(text, true)
  const hash = text.indexOf('#')
  const url = split(hash === -1 ? text : text.slice(0, hash), false)
  return { ...url, rest: `${url.rest}${hash === -1 ? '' : text.slice(hash)}` }
}

/** `request`: absolute URLs and paths only. */
function split(text: string, request: boolean): Url {
  if (/\p{Cc}/u.test(text.replace(/[\u0080-\u009f]/g, '')))
    throw new BadUrl('net/url: invalid control character in URL')
  if (text === '' && request) throw new BadUrl('empty url')
  const { scheme, rest } = splitScheme(text)
  const mark = rest.indexOf('?')
  const [body, rawQuery] = mark === -1 ? [rest, ''] : [rest.slice(0, mark), rest.slice(mark + 1)]
  const url = { scheme, host: '', escapedPath: '', rawQuery, rest: '' }
  if (body === '*' && text === '*') return { ...url, escapedPath: '*' }
  if (!body.startsWith('/')) {
    if (scheme !== '') return { ...url, rest: body }
    if (request) throw new BadUrl('invalid URI for request')
    if (/^[^/]*:/.test(body)) throw new BadUrl('first path segment in URL cannot contain colon')
  }
  if (body.startsWith('//') && (scheme !== '' || (!request && !body.startsWith('///')))) {
    const slash = body.indexOf('/', 2)
    const authority = slash === -1 ? body.slice(2) : body.slice(2, slash)
    const path = slash === -1 ? '' : body.slice(slash)
    const { user, host } = splitAuthority(authority)
    return { ...url, host, escapedPath: escapePath(path), rest: user }
  }
  return { ...url, escapedPath: escapePath(body) }
}

function splitScheme(text: string): { scheme: string; rest: string } {
  if (text.startsWith(':')) throw new BadUrl('missing protocol scheme')
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)
  if (match === null) return { scheme: '', rest: text }
  return { scheme: (match[1] ?? '').toLowerCase(), rest: text.slice(match[0].length) }
}

function splitAuthority(authority: string): { user: string; host: string } {
  const at = authority.lastIndexOf('@')
  const user = authority.slice(0, Math.max(at, 0))
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) throw new BadUrl('net/url: invalid userinfo')
  checkEscapes(user)
  return { user: at === -1 ? '' : `${user}@`, host: parseHost(authority.slice(at + 1)) }
}

function parseHost(host: string): string {
  if (host.startsWith('[')) {
    const close = host.lastIndexOf(']')
    if (close === -1) throw new BadUrl("missing ']' in host")
    checkPort(host.slice(close + 1))
    return host.replace(/%25/g, '%')
  }
  const colon = host.lastIndexOf(':')
  if (colon !== -1) checkPort(host.slice(colon))
  const odd = /[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\u{10ffff}]/u.exec(host)
  if (odd !== null) throw new BadUrl(`invalid character ${JSON.stringify(odd[0])} in host name`)
  checkEscapes(host)
  return host.includes('%') ? unescape(host) : host
}

function checkPort(port: string): void {
  if (port !== '' && !/^:[0-9]*$/.test(port)) throw new BadUrl(`invalid port ${JSON.stringify(port)} after host`)
}

function checkEscapes(text: string): void {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text)
  if (bad !== null) throw new BadUrl(`invalid URL escape ${JSON.stringify(bad[0])}`)
}

/** Of a text whose escapes are checked. Bytes that are no UTF-8 become U+FFFD. */
export function unescape(text: string): string {
  const bytes = Buffer.from(text.replace(/[^%]+/g, (part) => encodeURIComponent(part.toWellFormed())))
  return Buffer.from(
    bytes
      .toString('latin1')
      .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
}

function escapePath(path: string): string {
  checkEscapes(path)
  if (/^[A-Za-z0-9\-._~!$&'()*+,;=:@/[\]%]*$/.test(path)) return path
  return unescape(path).replace(/[^A-Za-z0-9\-._~$&+,/:;=@]+/g, (part) =>
    [...Buffer.from(part)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

/** Without the port, and without the brackets of an IPv6 address. */
export function hostnameOf(host: string): string {
  if (host.startsWith('[')) return host.slice(1, host.lastIndexOf(']'))
  const colon = host.lastIndexOf(':')
  return colon === -1 || !/^[0-9]*$/.test(host.slice(colon + 1)) ? host : host.slice(0, colon)
}

export function portOf(host: string): string {
  const colon = host.lastIndexOf(':')
  return colon > host.lastIndexOf(']') && /^[0-9]*$/.test(host.slice(colon + 1)) ? host.slice(colon + 1) : ''
}

/** Parts that are not well formed are left out. */
export function parseQuery(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';') || /%(?![0-9a-fA-F]{2})/.test(part)) continue
    const equals = part.indexOf('=')
    const [key, value] = equals === -1 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)]
    const name = unescape(key.replaceAll('+', ' '))
    const list = values.get(name) ?? []
    list.push(unescape(value.replaceAll('+', ' ')))
    values.set(name, list)
  }
  return values
}
