/** How people say where an app answers beside its hosts: `shop.example.com/v1`, `/old`, and what becomes of requests
 *  there. Pure. */
import { type App, type AppHeaderChanges, type AppRoute, dnsSubdomainProblems, parseRedirect } from '../../api/index.ts'
import type { SpecPatch } from '../cluster/change-app.ts'
import { CliError } from '../errors.ts'

/** What tells a route from others. */
export interface RouteAt {
  host: string | undefined
  path: string
}

/** A dot at the end of a host says that it is a whole name, as it is here in any case. Throws CliError `badOptionValue`. */
export function parseRouteAt(word: string): RouteAt {
  const [matched, named = '', path = ''] = /^([^/:?#\s]*)(\/[^?#\s]*)?$/.exec(word) ?? []
  const host = named.replace(/\.$/, '').toLowerCase()
  if (matched === undefined || word === '' || (named !== '' && dnsSubdomainProblems(host).length > 0))
    throw CliError.of('badOptionValue', {
      option: 'route',
      value: word,
      expected: 'www.example.com, example.com/v1, /old',
    })
  return { host: host === '' ? undefined : host, path: withoutSlash(path || '/') }
}

export interface RouteFlags {
  redirect?: string | undefined
  permanent?: boolean | undefined
  rewrite?: string | undefined
  header: readonly string[]
  requestHeader: readonly string[]
}

/** What is wished of a route. Throws CliError `badOptionValue`, `optionNeeds`, `optionsExclude`. */
export function routeWith({ host, path }: RouteAt, flags: RouteFlags): AppRoute {
  const { redirect, permanent = false, rewrite } = flags
  const requestHeaders = parseHeaders('--request-header', flags.requestHeader)
  const responseHeaders = parseHeaders('--header', flags.header)
  if (redirect !== undefined && parseRedirect(redirect) === undefined)
    throw badValue('--redirect', redirect, 'https://example.com/new, //example.com, /new')
  if (rewrite !== undefined && !/^\/[^?#\s]*$/.test(rewrite)) throw badValue('--rewrite', rewrite, '/, /v1')
  if (permanent && redirect === undefined)
    throw CliError.of('optionNeeds', { option: '--permanent', needed: '--redirect' })
  const other = [rewrite && '--rewrite', requestHeaders && '--request-header', responseHeaders && '--header'].find(
    Boolean,
  )
  if (redirect !== undefined && other) throw CliError.of('optionsExclude', { option: '--redirect', other })
  return {
    ...(host !== undefined && { host }),
    ...(path !== '/' && { path }),
    ...(redirect !== undefined && { redirect: { to: redirect, ...(permanent && { status: 301 }) } }),
    ...(rewrite !== undefined && { rewritePrefix: rewrite }),
    ...(requestHeaders && { requestHeaders }),
    ...(responseHeaders && { responseHeaders }),
  }
}

const badValue = (option: string, value: string, expected: string) =>
  CliError.of('badOptionValue', { option, value, expected })

const withoutSlash = (path: string): string => path.replace(/(?<=.)\/$/, '')

export const routeAt = ({ host, path = '/' }: AppRoute): RouteAt => ({
  host: host?.toLowerCase(),
  path: withoutSlash(path),
})

export const formatRouteAt = ({ host, path }: RouteAt): string =>
  `${host ?? ''}${host !== undefined && path === '/' ? '' : path}`

export const isSameRoute = (a: RouteAt, b: RouteAt): boolean => a.host === b.host && a.path === b.path

export const hasRoute = ({ spec: { routes = [], hosts = [] } }: App, at: RouteAt): boolean =>
  routes.some((route) => isSameRoute(routeAt(route), at)) ||
  (at.path === '/' && hosts.some((host) => host.toLowerCase() === at.host))

/** The routes with one more, or with this one in the place of that at the same host and path. */
export function withRoute({ spec: { routes = [] } }: App, route: AppRoute): AppRoute[] {
  const at = routeAt(route)
  const index = routes.findIndex((other) => isSameRoute(routeAt(other), at))
  return index === -1 ? [...routes, route] : routes.with(index, route)
}

/** Without the route; or, where no route is at the host, without the host. Throws CliError `routeUnknown`,
 *  `routeUnknownNone`. */
export function withoutRoute({ metadata, spec }: App, at: RouteAt): SpecPatch {
  const { routes = [], hosts = [] } = spec
  const staying = routes.filter((route) => !isSameRoute(routeAt(route), at))
  if (staying.length < routes.length) return { routes: staying.length === 0 ? null : staying }
  const others = hosts.filter((host) => at.path !== '/' || host.toLowerCase() !== at.host)
  if (others.length < hosts.length) return { hosts: others.length === 0 ? null : others }
  const wished = { name: metadata.name, route: formatRouteAt(at) }
  const known = [...hosts, ...routes.map((route) => formatRouteAt(routeAt(route)))].join(', ')
  throw known === '' ? CliError.of('routeUnknownNone', wished) : CliError.of('routeUnknown', { ...wished, known })
}

/** `X-Frame-Options=DENY` sets a header, `Server=` takes it away. Throws CliError `badOptionValue`. */
export function parseHeaders(option: string, words: readonly string[]): AppHeaderChanges | undefined {
  if (words.length === 0) return undefined
  const given = words.map((word) => {
    const [, name, value] = /^([^=\s]+)=(.*)$/s.exec(word) ?? []
    if (name === undefined || value === undefined)
      throw CliError.of('badOptionValue', { option, value: word, expected: 'X-Frame-Options=DENY, Server=' })
    return { name, value }
  })
  const set = given.filter(({ value }) => value !== '')
  const remove = given.filter(({ value }) => value === '').map(({ name }) => name)
  return { ...(set.length > 0 && { set }), ...(remove.length > 0 && { remove }) }
}
