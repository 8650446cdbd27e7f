/** How requests come to the releases of an App: a Service each, one for the app, and routes that split what comes. */
import {
  apiVersionOf,
  type App,
  type AppRoute,
  gatewayApi,
  type k8s,
  type Release,
  resources,
  WEB_PROCESS,
  MAINTENANCE_MESSAGE,
} from '../../api/index.ts'
import { GATEWAY_NAME, GATEWAY_NAMESPACE, HTTP_LISTENER, HTTPS_LISTENER, type ListenerName } from '../gateway.ts'
import { mainHosts } from '../hosts.ts'
import type { Share } from '../traffic/plan.ts'
import { type Owner, ownedMetadata, selectorOf } from './owned.ts'
import { PORT_NAME } from './pod-template.ts'
import { maintenanceRule, plainRule, routeRule } from './route-rules.ts'
import { hasCertificate, toHttps } from './secure.ts'

const SERVICE_PORT = 80

/** Of one release. */
export const releaseService = (release: Release): k8s.Service => service(release, release, release.metadata.name)

/** The app's own, for who calls it from within the cluster: leads to the release with the most traffic. */
export const appService = (app: App, primary: Release): k8s.Service => service(app, primary, app.metadata.name)

function service(owner: Owner, release: Release, name: string): k8s.Service {
  return {
    apiVersion: apiVersionOf(resources.services),
    kind: resources.services.kind,
    metadata: ownedMetadata(owner, name),
    spec: {
      type: 'ClusterIP',
      selector: selectorOf(release, WEB_PROCESS),
      ports: portsOf(release),
    },
  }
}

/** Port 80 is what the gateway leads to. */
function portsOf({ spec: { servicePorts = [] } }: Release): k8s.ServicePort[] {
  const others = servicePorts.map(({ name, port, targetPort = port, protocol = 'TCP' }) => ({
    name,
    port,
    protocol,
    targetPort,
  }))
  return [
    { name: PORT_NAME, port: SERVICE_PORT, protocol: 'TCP', targetPort: PORT_NAME },
    ...others.filter(({ port, protocol }) => port !== SERVICE_PORT || protocol !== 'TCP'),
  ]
}

/** Of one app: what is at its hosts, and who answers. */
export interface Routing {
  app: App
  shares: readonly Share[]
  /** The hosts that are the app's, those that only its routes name among them. */
  hosts: readonly string[]
}

/** One HTTPRoute for all hosts that are alike, and one for each host that has rules of its own. */
export function appRoutes({ app, shares, hosts }: Routing): gatewayApi.HTTPRoute[] {
  const backendRefs = backendsOf(shares)
  const main = new Set(mainHosts(app))
  const { routes = [] } = app.spec
  const own = hosts.filter((host) => !main.has(host) || routes.some((route) => isAt(route, host)))
  const alike = hosts.filter((host) => !own.includes(host))
  return [
    // First: a host that gets rules of its own is never without any.
    ...own.map((host) =>
      route(app, `${app.metadata.name}.at.${host}`, {
        hostnames: [host],
        rules: rulesAt(app, {
          host,
          isMain: main.has(host) || routes.some((route) => isAt(route, host) && isWhole(route)),
          backendRefs,
        }),
      }),
    ),
    ...(alike.length === 0
      ? []
      : [route(app, app.metadata.name, { hostnames: alike, rules: rulesAt(app, { isMain: true, backendRefs }) })]),
  ]
}

function backendsOf(shares: readonly Share[]): gatewayApi.HTTPBackendRef[] {
  const taking = shares.filter(({ percent }) => percent > 0)
  const isSplit = taking.length > 1
  return taking.map(({ release, percent }) => ({
    name: release.metadata.name,
    port: SERVICE_PORT,
    ...(isSplit && { weight: percent }),
  }))
}

const isAt = ({ host }: AppRoute, at: string): boolean => host?.toLowerCase() === at
/** Whether it makes its host one more of the app's, which all else that is said of those is said of too. */
const isWhole = (route: AppRoute): boolean =>
  pathOf(route) === '/' && route.redirect === undefined && route.rewritePrefix === undefined
/** Whether it says no more than that. */
const isPlain = (route: AppRoute): boolean =>
  isWhole(route) && route.requestHeaders === undefined && route.responseHeaders === undefined
const pathOf = ({ path = '/' }: AppRoute): string => path.replace(/(?<=.)\/$/, '')

/** A route for the host goes before one for all hosts; what is at no path leads to the app, unless only routes for some
 *  paths name the host. */
function rulesAt(
  app: App,
  options: { host?: string; isMain: boolean; backendRefs: gatewayApi.HTTPBackendRef[] },
): gatewayApi.HTTPRouteRule[] {
  const { host, isMain, backendRefs } = options
  if (app.spec.maintenance !== undefined) return [maintenanceRule(app)]
  const { routes = [] } = app.spec
  const own = host === undefined ? [] : routes.filter((route) => isAt(route, host) && !isPlain(route))
  const paths = new Set(own.map(pathOf))
  const shared = isMain ? routes.filter((route) => route.host === undefined && !paths.has(pathOf(route))) : []
  const all = [...own, ...shared]
  const rules = all.map((route) => routeRule(route, backendRefs))
  return isMain && !all.some((route) => pathOf(route) === '/') ? [...rules, plainRule(backendRefs)] : rules
}

const tagRouteName = (app: App, tag: string): string => `${app.metadata.name}.${tag}`

/** Of the release with a tag, whatever its share: as it is at the app's hosts. */
export const tagRoute = (app: App, { release, tag = '' }: Share, hostnames: readonly string[]): gatewayApi.HTTPRoute =>
  route(app, tagRouteName(app, tag), {
    hostnames: [...hostnames],
    rules: rulesAt(app, { isMain: true, backendRefs: [{ name: release.metadata.name, port: SERVICE_PORT }] }),
  })

/** An HTTPRoute has 16 hosts. */
const MAX_HOSTNAMES = 16

/** What answers by HTTP when all of the app is by HTTPS alone. */
export function redirectRoutes(app: App, hosts: readonly string[], securePort: number): gatewayApi.HTTPRoute[] {
  if (app.spec.tls?.redirect !== true) return []
  const parts = Array.from({ length: Math.ceil(hosts.length / MAX_HOSTNAMES) }, (_, index) =>
    hosts.slice(index * MAX_HOSTNAMES, (index + 1) * MAX_HOSTNAMES),
  )
  return parts.map((hostnames, index) => {
    const name = `${app.metadata.name}.to.https${index === 0 ? '' : `.${index}`}`
    const rules = [toHttps(securePort)]
    return httpRoute(app, name, { hostnames, rules, parentRefs: [listener(HTTP_LISTENER)] })
  })
}

const listener = (sectionName: ListenerName): gatewayApi.ParentReference => {
  const { group, kind } = gatewayApi.gateways
  return { group, kind, namespace: GATEWAY_NAMESPACE, name: GATEWAY_NAME, sectionName }
}

/** Listeners are named, each: who compares what is there with what is wished sees also what is no longer in it. */
function parentsOf(app: App, hostnames: readonly string[]): gatewayApi.ParentReference[] {
  const { group, kind } = gatewayApi.gateways
  const own = { group, kind, namespace: app.metadata.namespace, name: app.metadata.name }
  return [
    ...(app.spec.tls?.redirect === true ? [] : [listener(HTTP_LISTENER)]),
    listener(HTTPS_LISTENER),
    ...(hasCertificate(app, hostnames) ? [own] : []),
  ]
}

/** By HTTP and HTTPS, or by HTTPS alone. */
const route = (
  app: App,
  name: string,
  { hostnames, rules }: { hostnames: readonly string[]; rules: gatewayApi.HTTPRouteRule[] },
): gatewayApi.HTTPRoute => httpRoute(app, name, { hostnames, rules, parentRefs: parentsOf(app, hostnames) })

function httpRoute(
  app: App,
  name: string,
  {
    hostnames,
    rules,
    parentRefs,
  }: {
    hostnames: readonly string[]
    rules: gatewayApi.HTTPRouteRule[]
    parentRefs: gatewayApi.ParentReference[]
  },
): gatewayApi.HTTPRoute {
  const { httproutes } = gatewayApi
  const { maintenance } = app.spec
  const annotations = maintenance && { [MAINTENANCE_MESSAGE]: maintenance.message ?? '' }
  return {
    apiVersion: apiVersionOf(httproutes),
    kind: httproutes.kind,
    metadata: { ...ownedMetadata(app, name), ...(annotations && { annotations }) },
    spec: { parentRefs, hostnames: [...hostnames], rules },
  }
}
