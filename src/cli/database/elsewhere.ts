/** What a Secret of the user's says of a server that runs elsewhere. Pure. */

/** Scheme of a URI, or word for a type, and the type of Naru's own that speaks to it. */
const KINDS: Readonly<Record<string, string>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mariadb',
  mariadb: 'mariadb',
  redis: 'redis',
  rediss: 'redis',
}
export const KNOWN_SCHEMES = Object.keys(KINDS)
  .map((scheme) => `${scheme}://`)
  .join(', ')

export interface Elsewhere {
  /** Whose Provisioner says how it is spoken to. */
  type: string
  /** By the keys of Service Binding 1.0, and `tls` and `sslmode` where a URI asks for them. */
  values: Readonly<Record<string, string>>
}

/** What is written in the Secret itself goes before what its `uri` says. A text says why it cannot be known. */
export function readElsewhere(data: Readonly<Record<string, string>>): Elsewhere | string {
  const { type: named = '', uri = '', ...own } = data
  const url = uri === '' ? undefined : parsed(uri)
  if (url === null) return 'its uri cannot be read'
  const scheme = url?.protocol.slice(0, -1) ?? named.toLowerCase()
  const type = Object.hasOwn(KINDS, scheme) ? KINDS[scheme] : undefined
  if (type === undefined && scheme === '') return 'it has neither a uri nor a type'
  if (type === undefined) return url === undefined ? `its type is ${scheme}` : `its uri begins with ${scheme}:`
  const values = { ...(url && partsOf(url, scheme)), ...own }
  if (!('host' in values) || values.host === '') return 'it has no host'
  const filled = Object.entries(values).filter(([, value]) => value !== '')
  return { type, values: Object.fromEntries(filled) }
}

/** Source: libpq "Connection URIs", PostgreSQL 15; the schemes `redis` and `rediss` of IANA's registry. */
function partsOf(url: URL, scheme: string): Record<string, string> {
  const sslmode = url.searchParams.get('sslmode') ?? ''
  const isMarked = ['ssl', 'tls', 'ssl-mode', 'sslMode'].some((name) => {
    const value = url.searchParams.get(name)?.toLowerCase()
    return value !== undefined && !['false', '0', 'disabled'].includes(value)
  })
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    sslmode,
    tls: scheme === 'rediss' || isMarked ? 'true' : '',
  }
}

/** Null where it is none. What it says is never repeated: it has a password in it. */
function parsed(uri: string): URL | null {
  try {
    const url = new URL(uri)
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part)
    return url
  } catch {
    return null
  }
}
