/** Services and EndpointSlices as the plain list of who forwards to whom. Pure.
 *  Source: kube-proxy v1.34, pkg/proxy (servicechangetracker, endpointslicecache, topology). */
import { isIPv4 } from 'node:net'
import { type k8s, keyOf } from '../../api/index.ts'
import { cidrContains, cidrOfField } from '../host/cidr.ts'
import { type Claim, claimOf } from '../load-balancer/claims.ts'

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
  /** Who alone may come by the load balancer's addresses, which are `addresses`. */
  readonly firewall?: { readonly addresses: readonly string[]; readonly sourceRanges: readonly string[] }
  readonly nodePort?: number
  /** For so long after its last connection a client goes to the same backend (`sessionAffinity: ClientIP`). */
  readonly stickySeconds?: number
  /** `externalTrafficPolicy: Local`. */
  readonly isExternalLocal: boolean
  /** There are backends, if not on this node: where a `Local` policy leaves none, traffic is dropped, not refused. */
  readonly isServedSomewhere: boolean
  /** For traffic to the ClusterIP; sorted. */
  readonly internal: readonly Backend[]
  /** For traffic to node ports and external addresses; sorted. */
  readonly external: readonly Backend[]
  /** Addresses of all that still answer whom they know, on whichever node, those that terminate too; sorted. */
  readonly serving: readonly string[]
}

export interface ServiceState {
  readonly services: readonly k8s.Service[]
  readonly endpointSlices: readonly k8s.EndpointSlice[]
  /** This node's name: what the `Local` traffic policies mean. */
  readonly nodeName: string
  /** Whether a Service (`namespace/name`) whose load balancer is this node answers at a port of 127.0.0.1 too.
   *  Default: none does. */
  readonly hasLoopback?: (service: string, claim: Claim) => boolean
}

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'
/** Three hours. */
const DEFAULT_STICKY_SECONDS = 10_800
const LOOPBACK = '127.0.0.1'
const LOOPBACK_RANGE = '127.0.0.0/8'

/** Services that carry one of these are another proxy's, or nobody's. Source: kube-proxy v1.34, cmd/kube-proxy/app. */
const NOT_OURS_LABELS = ['service.kubernetes.io/service-proxy-name', 'service.kubernetes.io/headless']

const isOurs = ({ metadata, spec }: k8s.Service): boolean =>
  spec?.type !== 'ExternalName' &&
  isIPv4(spec?.clusterIP ?? '') &&
  NOT_OURS_LABELS.every((label) => metadata.labels?.[label] === undefined)

/** Sorted by name; headless and ExternalName Services, and other address families, are left out. */
export function forwardings(state: ServiceState): Forwarding[] {
  const { services, endpointSlices } = state
  const slicesOf = Map.groupBy(endpointSlices, (slice) => {
    return `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME_LABEL] ?? ''}`
  })
  return services
    .filter(isOurs)
    .flatMap((service) => {
      const key = `${service.metadata.namespace}/${service.metadata.name}`
      const slices = slicesOf.get(key) ?? []
      return (service.spec?.ports ?? []).map((port) => forwarding(service, port, slices, state))
    })
    .filter((candidate) => candidate !== undefined)
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.port - b.port))
}

function forwarding(
  service: k8s.Service,
  port: k8s.ServicePort,
  slices: readonly k8s.EndpointSlice[],
  { nodeName, hasLoopback }: ServiceState,
): Forwarding | undefined {
  const protocol = (port.protocol ?? 'TCP').toLowerCase()
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') return undefined
  if (!isPort(port.port)) return undefined
  const spec = service.spec
  const candidates = candidatesOf(port, slices)
  const local = candidates.filter(({ endpoint }) => endpoint.nodeName === nodeName)
  const balanced = loadBalancerAddresses(service)
  if (hasLoopback?.(keyOf(service), claimOf(port))) balanced.push(LOOPBACK)
  return {
    name: `${service.metadata.namespace}/${service.metadata.name}:${port.name ?? ''}`,
    protocol,
    clusterIP: spec?.clusterIP ?? '',
    port: port.port,
    externalAddresses: externalAddresses(service, balanced),
    ...firewallOf(service, balanced),
    ...(isPort(port.nodePort) && { nodePort: port.nodePort }),
    ...(spec?.sessionAffinity === 'ClientIP' && { stickySeconds: stickySeconds(spec) }),
    isExternalLocal: spec?.externalTrafficPolicy === 'Local',
    isServedSomewhere: usable(candidates).length > 0,
    internal: usable(spec?.internalTrafficPolicy === 'Local' ? local : candidates),
    external: usable(spec?.externalTrafficPolicy === 'Local' ? local : candidates),
    serving: [...new Set(candidates.filter(isServing).map(({ backend }) => backend.address))].toSorted(),
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

const isReady = ({ endpoint }: Candidate): boolean => endpoint.conditions?.ready !== false
/** What an endpoint does not say of itself is so (k8s.io/api v0.34, discovery/v1). */
const isServing = (candidate: Candidate): boolean =>
  isReady(candidate) || candidate.endpoint.conditions?.serving !== false

/** Ready ones; when there are none, those that still serve while they terminate. Each backend once. */
function usable(candidates: readonly Candidate[]): Backend[] {
  const ready = candidates.filter(isReady)
  const draining = candidates.filter((one) => one.endpoint.conditions?.terminating === true && isServing(one))
  const chosen = ready.length > 0 ? ready : draining
  const byKey = new Map(chosen.map(({ backend }) => [`${backend.address}:${backend.port}`, backend]))
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, backend]) => backend)
}

function externalAddresses(service: k8s.Service, balanced: readonly string[]): string[] {
  const all = new Set([...(service.spec?.externalIPs ?? []), ...balanced])
  return [...all].filter((ip) => isIPv4(ip)).toSorted()
}

/** Traffic for an address of mode `Proxy` comes by way of the load balancer itself. */
const loadBalancerAddresses = ({ status }: k8s.Service): string[] =>
  (status?.loadBalancer?.ingress ?? [])
    .filter(({ ip, ipMode }) => ipMode !== 'Proxy' && isIPv4(ip ?? ''))
    .map(({ ip = '' }) => ip)
    .toSorted()

function firewallOf({ spec }: k8s.Service, addresses: readonly string[]): Pick<Forwarding, 'firewall'> {
  const { loadBalancerSourceRanges: texts = [] } = spec ?? {}
  if (texts.length === 0 || addresses.length === 0) return {}
  const blocks = texts.map((text) => cidrOfField(text.trim())).filter((block) => block !== undefined)
  const ranges = blocks.map(({ text }) => text)
  // Who lets the node in by its address lets in what comes from its 127.0.0.1.
  const isNodeLetIn = blocks.some((block) => addresses.some((address) => cidrContains(block, address)))
  const local = addresses.includes(LOOPBACK) && isNodeLetIn ? [LOOPBACK_RANGE] : []
  return { firewall: { addresses, sourceRanges: [...new Set([...ranges, ...local])].toSorted() } }
}

const stickySeconds = (spec: k8s.ServiceSpec): number =>
  spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_STICKY_SECONDS

/** What `healthCheckNodePort` tells a load balancer: on how many endpoints of this node the Service runs. */
export interface HealthCheck {
  readonly namespace: string
  readonly name: string
  readonly port: number
  readonly localEndpoints: number
}

export function healthChecks({ services, endpointSlices, nodeName }: ServiceState): HealthCheck[] {
  return services.flatMap(({ metadata: { namespace = '', name }, spec }) => {
    const port = spec?.healthCheckNodePort
    if (spec?.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local' || !isPort(port)) return []
    const local = endpointSlices
      .filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.[SERVICE_NAME_LABEL] === name)
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter((endpoint) => endpoint.nodeName === nodeName && endpoint.conditions?.ready !== false)
    const addresses = new Set(local.map((endpoint) => endpoint.addresses[0]))
    return [{ namespace, name, port, localEndpoints: addresses.size }]
  })
}

const isPort = (port: number | undefined): port is number =>
  port !== undefined && Number.isInteger(port) && port > 0 && port < 65_536
