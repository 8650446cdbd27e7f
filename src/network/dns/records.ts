/** The records of one Service or its endpoints. Pure. Source: Kubernetes DNS-Based Service Discovery, v1.1.0. */
import { isIPv4 } from 'node:net'
import type { k8s } from '../../api/index.ts'
import type { ClusterView } from './cluster-view.ts'

/** Seconds. The specification leaves the TTL open; short, because answers change with every rollout. */
export const TTL_SECONDS = 5

export interface NamedEndpoint {
  /** The endpoint's own label: its hostname, or its address with dashes. */
  readonly label: string
  readonly address: string
  readonly ports: readonly k8s.DiscoveryEndpointPort[]
}

export const isHeadless = (service: k8s.Service): boolean => service.spec?.clusterIP === 'None'

/** Addresses of the name `<service>.<namespace>.svc`. */
export function serviceAddresses(service: k8s.Service, view: ClusterView): string[] {
  if (!isHeadless(service)) return isIPv4(service.spec?.clusterIP ?? '') ? [service.spec?.clusterIP ?? ''] : []
  return [...new Set(readyEndpoints(service, view).map((endpoint) => endpoint.address))]
}

/** Ready endpoints (`publishNotReadyAddresses` makes all of them ready). */
export function readyEndpoints(service: k8s.Service, view: ClusterView): NamedEndpoint[] {
  const { namespace = '', name } = service.metadata
  return view
    .endpointSlices(namespace, name)
    .filter((slice) => slice.addressType === 'IPv4')
    .flatMap((slice) =>
      (slice.endpoints ?? [])
        .filter((endpoint) => endpoint.conditions?.ready !== false)
        .flatMap((endpoint) =>
          endpoint.addresses
            .filter((address) => isIPv4(address))
            .map((address) => ({ label: endpointLabel(endpoint, address), address, ports: slice.ports ?? [] })),
        ),
    )
}

export const endpointLabel = (endpoint: k8s.Endpoint, address: string): string =>
  endpoint.hostname ? endpoint.hostname.toLowerCase() : address.replaceAll('.', '-')

/** Port and target label for `_<port>._<protocol>`; the target is the Service itself when it is not headless. */
export function serviceTargets(
  service: k8s.Service,
  portName: string,
  protocol: string,
  view: ClusterView,
): { port: number; endpoint?: NamedEndpoint }[] {
  const matches = (port: { name?: string | undefined; protocol?: string | undefined }) =>
    port.name?.toLowerCase() === portName && (port.protocol ?? 'TCP').toLowerCase() === protocol
  if (!isHeadless(service)) return (service.spec?.ports ?? []).filter(matches).map((port) => ({ port: port.port }))
  return readyEndpoints(service, view).flatMap((endpoint) =>
    endpoint.ports.filter(matches).flatMap(({ port }) => (port === undefined ? [] : [{ port, endpoint }])),
  )
}
