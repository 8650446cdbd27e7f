/** How people say where an app answers beside its hosts: `shop.example.com/v1`, `/old`, and what becomes of requests
 *  there. Pure. */
import type { App, AppHeaderChanges, AppRoute } from '../../api/index.ts'
import type { SpecPatch } from '../cluster/change-app.ts'
import { CliError } from '../errors.ts'

/** What tells a route from others. */
export interface RouteAt {
  host: string | undefined
  path: string
}

/** Throws CliError `badOptionValue`. */
export function parseRouteAt(word: string): RouteAt {
  const [matched, host = '', path = ''] = /^([^/:\s]*)(\/\S*)?$/.exec(word) ?? []
  if (matched === undefined || word === '')
    throw CliError.of('badOptionValue', {
      option: 'route',
      value: word,
      expected: 'www.example.com, example.com/v1, /old',
    })
  return { host: host === '' ? undefined : host.toLowerCase(), path: withoutSlash(path || '/') }
}

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

/** Without the route; or, where no route is at the host, without the host. Throws CliError `routeUnknown`. */
export function withoutRoute({ metadata, spec }: App, at: RouteAt): SpecPatch {
  const { routes = [], hosts = [] } = spec
  const staying = routes.filter((route) => !isSameRoute(routeAt(route), at))
  if (staying.length < routes.length) return { routes: staying.length === 0 ? null : staying }
  const others = hosts.filter((host) => at.path !== '/' || host.toLowerCase() !== at.host)
  if (others.length < hosts.length) return { hosts: others.length === 0 ? null : others }
  const known = [...hosts, ...routes.map((route) => formatRouteAt(routeAt(route)))].join(', ') || '–'
  throw CliError.of('routeUnknown', { name: metadata.name, route: formatRouteAt(at), known })
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
