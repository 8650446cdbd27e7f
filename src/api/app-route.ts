/** Where a redirect of an App's route leads. Pure. */

export interface RedirectTarget {
  scheme?: 'http' | 'https' | undefined
  /** Left out: the host that was asked. */
  hostname?: string | undefined
  /** Left out: the port of the scheme, if one is given, else the port that was asked. */
  port?: number | undefined
  /** In place of the route's path; what follows that is kept. Left out: the path stays. */
  path?: string | undefined
}

const TARGET = /^(?:(?:(https?):)?\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?)?(\/[^?#\s]*)?$/i

/** `https://www.example.com`, `//shop.localhost/new` (scheme and port stay), `/new` (the host stays, too). Undefined for
 *  what is none of these. */
export function parseRedirect(to: string): RedirectTarget | undefined {
  const [matched, scheme, hostname, port, path] = TARGET.exec(to) ?? []
  if (matched === undefined || to === '' || (hostname === undefined && path?.startsWith('//'))) return undefined
  if (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65_535)) return undefined
  return {
    ...(scheme !== undefined && { scheme: scheme.toLowerCase() as 'http' | 'https' }),
    ...(hostname !== undefined && { hostname: hostname.toLowerCase() }),
    ...(port !== undefined && { port: Number(port) }),
    ...(path !== undefined && { path }),
  }
}
