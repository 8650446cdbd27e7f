/** Services and EndpointSlices as the plain list of who forwards to whom. Pure.
 *  Source: kube-proxy v1.34, pkg/proxy (servicechangetracker, endpointslicecache, topology). */
import { isIPv4 } from 'node:net'
import type { k8s } from '../../api/index.ts'

export interface Backend {
  readonly address: string
  readonly port: number
}

/** One port of one Service. */
export interface Forwarding {
  /** `default/web:http`. */
  readonly name: string
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  readonly clusterIP: string
  readonly port: number
  /** externalIPs and load balancer addresses. */
  readonly externalAddresses: readonly string[]
  readonly nodePort?: number
  /** The same client goes to the same backend (`sessionAffinity: ClientIP`). */
  readonly sticky: boolean
  /** For traffic to the ClusterIP; sorted. */
  readonly internal: readonly Backend[]
  /** For traffic to node ports and external addresses; sorted. */
  readonly external: readonly Backend[]
}

export interface ServiceState {
  readonly services: readonly k8s.Service[]
  readonly endpointSlices: readonly k8s.EndpointSlice[]
  /** This node's name: what the `Local` traffic policies mean. */
  readonly nodeName: string
}

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'

/** Sorted by name; headless and ExternalName Services, and other address families, are left out. */
export function forwardings({ services, endpointSlices, nodeName }: ServiceState): Forwarding[] {
  const slicesOf = Map.groupBy(endpointSlices, (slice) => {
    return `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME_LABEL] ?? ''}`
  })
  return services
    .filter((service) => service.spec?.type !== 'ExternalName' && isIPv4(service.spec?.clusterIP ?? ''))
    .flatMap((service) => {
      const key = `${service.metadata.namespace}/${service.metadata.name}`
      const slices = slicesOf.get(key) ?? []
      return (service.spec?.ports ?? []).map((port) => forwarding(service, port, slices, nodeName))
    })
    .filter((candidate) => candidate !== undefined)
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.port - b.port))
}

function forwarding(
  service: k8s.Service,
  port: k8s.ServicePort,
  slices: readonly k8s.EndpointSlice[],
  nodeName: string,
): Forwarding | undefined {
  const protocol = (port.protocol ?? 'TCP').toLowerCase()
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') return undefined
  if (!isPort(port.port)) return undefined
  const spec = service.spec
  const candidates = candidatesOf(port, slices)
  const local = candidates.filter(({ endpoint }) => endpoint.nodeName === nodeName)
  return {
    name: `${service.metadata.namespace}/${service.metadata.name}:${port.name ?? ''}`,
    protocol,
    clusterIP: spec?.clusterIP ?? '',
    port: port.port,
    externalAddresses: externalAddresses(service),
    ...(isPort(port.nodePort) && { nodePort: port.nodePort }),
    sticky: spec?.sessionAffinity === 'ClientIP',
    internal: usable(spec?.internalTrafficPolicy === 'Local' ? local : candidates),
    external: usable(spec?.externalTrafficPolicy === 'Local' ? local : candidates),
  }
}

interface Candidate {
  endpoint: k8s.Endpoint
  backend: Backend
}

function candidatesOf(port: k8s.ServicePort, slices: readonly k8s.EndpointSlice[]): Candidate[] {
  return slices
    .filter((slice) => slice.addressType === 'IPv4')
    .flatMap((slice) =>
      (slice.ports ?? [])
        .filter((own) => (own.name ?? '') === (port.name ?? '') && (own.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))
        .flatMap((own) =>
          (slice.endpoints ?? []).flatMap((endpoint) => {
            const address = endpoint.addresses[0] ?? ''
            if (!isIPv4(address) || !isPort(own.port)) return []
            return [{ endpoint, backend: { address, port: own.port } }]
          }),
        ),
    )
}

/** Ready ones; when there are none, those that still serve while they terminate. Each backend once. */
function usable(candidates: readonly Candidate[]): Backend[] {
  const ready = candidates.filter(({ endpoint }) => endpoint.conditions?.ready !== false)
  const draining = candidates.filter(
    ({ endpoint: { conditions } }) => conditions?.terminating === true && conditions.serving === true,
  )
  const chosen = ready.length > 0 ? ready : draining
  const byKey = new Map(chosen.map(({ backend }) => [`${backend.address}:${backend.port}`, backend]))
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, backend]) => backend)
}

function externalAddresses(service: k8s.Service): string[] {
  const fromLoadBalancer = (service.status?.loadBalancer?.ingress ?? []).map((ingress) => ingress.ip ?? '')
  return [...new Set([...(service.spec?.externalIPs ?? []), ...fromLoadBalancer])].filter((ip) => isIPv4(ip)).toSorted()
}

const isPort = (port: number | undefined): port is number =>
  port !== undefined && Number.isInteger(port) && port > 0 && port < 65_536
