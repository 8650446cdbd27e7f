/** Which listeners of our Gateways a route attaches to, and for which hosts. Source: Gateway API v1.3, ParentReference,
 *  Listener.hostname, AllowedRoutes. */
import type { gatewayApi } from '../../api/index.ts'

export type Attachment =
  | { readonly accepted: true; readonly hostnames: readonly string[]; readonly listeners: readonly string[] }
  | { readonly accepted: false; readonly reason: string; readonly message: string }

/** The Gateway a parentRef means, if it is one of ours. */
export function parentGateway(
  ref: gatewayApi.ParentReference,
  route: gatewayApi.HTTPRoute,
  gateways: readonly gatewayApi.Gateway[],
  className: string,
): gatewayApi.Gateway | undefined {
  if ((ref.group ?? 'gateway.networking.k8s.io') !== 'gateway.networking.k8s.io') return undefined
  if ((ref.kind ?? 'Gateway') !== 'Gateway') return undefined
  const namespace = ref.namespace ?? route.metadata.namespace
  return gateways.find(
    ({ metadata, spec }) =>
      metadata.name === ref.name && metadata.namespace === namespace && spec.gatewayClassName === className,
  )
}

/** `hostnames` are the route's, cut down to those of the listeners; `*` means any host. */
export function attach(
  route: gatewayApi.HTTPRoute,
  ref: gatewayApi.ParentReference,
  gateway: gatewayApi.Gateway,
): Attachment {
  const named = gateway.spec.listeners.filter(
    (listener) =>
      (ref.sectionName === undefined || listener.name === ref.sectionName) &&
      (ref.port === undefined || listener.port === ref.port) &&
      listener.protocol === 'HTTP',
  )
  if (named.length === 0)
    return refuse('NoMatchingParent', `the gateway ${gateway.metadata.name} has no HTTP listener that the route names`)
  const allowing = named.filter((listener) => allowsNamespace(listener, gateway, route))
  if (allowing.length === 0)
    return refuse('NotAllowedByListeners', `no listener takes routes from the namespace ${route.metadata.namespace}`)
  const listeners: string[] = []
  const hostnames = new Set<string>()
  for (const listener of allowing) {
    const shared = intersect(route.spec.hostnames ?? [], listener.hostname)
    if (shared.length > 0) listeners.push(listener.name)
    for (const host of shared) hostnames.add(host.toLowerCase())
  }
  if (hostnames.size === 0)
    return refuse('NoMatchingListenerHostname', `no listener has a host in common with the route's`)
  return { accepted: true, hostnames: [...hostnames], listeners }
}

function refuse(reason: string, message: string): Attachment {
  return { accepted: false, reason, message }
}

function allowsNamespace(
  listener: gatewayApi.GatewayListener,
  gateway: gatewayApi.Gateway,
  route: gatewayApi.HTTPRoute,
): boolean {
  const from = listener.allowedRoutes?.namespaces?.from ?? 'Same'
  return from === 'All' || (from === 'Same' && gateway.metadata.namespace === route.metadata.namespace)
}

function intersect(hostnames: readonly string[], listenerHost: string | undefined): string[] {
  if (listenerHost === undefined || listenerHost === '') return hostnames.length > 0 ? [...hostnames] : ['*']
  if (hostnames.length === 0) return [listenerHost]
  return hostnames.flatMap((host) => {
    if (covers(listenerHost, host)) return [host]
    return covers(host, listenerHost) ? [listenerHost] : []
  })
}

function covers(pattern: string, host: string): boolean {
  return (
    pattern === host ||
    (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1)
  )
}
