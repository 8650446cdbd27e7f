/** Which listeners of our Gateways a route attaches to, and for which hosts. Source: Gateway API v1.3, ParentReference,
 *  Listener.hostname, AllowedRoutes. */
import { type gatewayApi, labelSelectorMatches } from '../../api/index.ts'
import type { Scheme } from './table.ts'

export type Attachment =
  | { readonly accepted: true; readonly listeners: readonly AttachedListener[] }
  | { readonly accepted: false; readonly reason: string; readonly message: string }

export interface AttachedListener {
  readonly listener: gatewayApi.GatewayListener
  readonly scheme: Scheme
  /** The route's hosts, cut down to those of the listener, in lower case; `*` means any host. */
  readonly hosts: readonly string[]
}

/** The labels of a namespace; undefined where there is none of the name. */
export type LabelsOf = (namespace: string) => Readonly<Record<string, string>> | undefined

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

export function attach(
  route: gatewayApi.HTTPRoute,
  ref: gatewayApi.ParentReference,
  gateway: gatewayApi.Gateway,
  labelsOf: LabelsOf,
): Attachment {
  const named = gateway.spec.listeners.filter(
    (listener) =>
      (ref.sectionName === undefined || listener.name === ref.sectionName) &&
      (ref.port === undefined || listener.port === ref.port) &&
      schemeOf(listener) !== undefined,
  )
  if (named.length === 0)
    return refuse(
      'NoMatchingParent',
      `the gateway ${gateway.metadata.name} has no HTTP or HTTPS listener that the route names`,
    )
  const allowing = named.filter((listener) => allowsNamespace(listener, gateway, route, labelsOf))
  if (allowing.length === 0)
    return refuse('NotAllowedByListeners', `no listener takes routes from the namespace ${route.metadata.namespace}`)
  const listeners = allowing.flatMap((listener) => {
    const scheme = schemeOf(listener)
    const hosts = intersect(route.spec.hostnames ?? [], listener.hostname).map((host) => host.toLowerCase())
    return scheme === undefined || hosts.length === 0 ? [] : [{ listener, scheme, hosts }]
  })
  if (listeners.length === 0)
    return refuse('NoMatchingListenerHostname', `no listener has a host in common with the route's`)
  return { accepted: true, listeners }
}

/** By which a listener's routes are asked for; undefined for listeners that are not served. */
export const schemeOf = ({ protocol, tls }: gatewayApi.GatewayListener): Scheme | undefined => {
  if (protocol === 'HTTP') return 'http'
  return protocol === 'HTTPS' && (tls?.mode ?? 'Terminate') === 'Terminate' ? 'https' : undefined
}

function refuse(reason: string, message: string): Attachment {
  return { accepted: false, reason, message }
}

function allowsNamespace(
  listener: gatewayApi.GatewayListener,
  gateway: gatewayApi.Gateway,
  { metadata: { namespace = '' } }: gatewayApi.HTTPRoute,
  labelsOf: LabelsOf,
): boolean {
  const { from = 'Same', selector } = listener.allowedRoutes?.namespaces ?? {}
  if (from === 'Selector') return labelSelectorMatches(selector, labelsOf(namespace) ?? {})
  return from === 'All' || (from === 'Same' && gateway.metadata.namespace === namespace)
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
