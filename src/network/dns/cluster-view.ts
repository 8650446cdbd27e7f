/** What the DNS server needs to know of the cluster. Filled by informers, or by a table in tests. */
import { isIPv4 } from 'node:net'
import { type k8s, resources } from '../../api/index.ts'
import { type Client, openInformer } from '../../client/index.ts'
import type { Clock, Logger } from '../../lib/index.ts'
import { SERVICE_NAME_LABEL } from '../proxy/service-map.ts'

export interface ClusterView {
  hasNamespace(name: string): boolean
  service(namespace: string, name: string): k8s.Service | undefined
  endpointSlices(namespace: string, serviceName: string): readonly k8s.EndpointSlice[]
  /** Services whose ClusterIP this is. */
  servicesAt(address: string): readonly k8s.Service[]
  /** What the ConfigMap `kube-system/kube-dns` holds; undefined when there is none. */
  dnsConfigMap(): k8s.ConfigMap | undefined
  /** Slices with an endpoint at this address. */
  endpointSlicesAt(address: string): readonly k8s.EndpointSlice[]
}

const DNS_CONFIG = { namespace: 'kube-system', name: 'kube-dns' }

/** Follows the API; while it is away, answers come from the last known state. */
export async function openClusterView(options: {
  client: Client
  clock: Clock
  logger: Logger
  signal: AbortSignal
}): Promise<ClusterView & AsyncDisposable> {
  const { client, clock, logger, signal } = options
  await using opening = new AsyncDisposableStack()
  const informerOptions = { clock, logger, signal, transform: dropManagedFields }
  const namespaces = opening.use(await openInformer(client, resources.namespaces, informerOptions))
  const services = opening.use(await openInformer(client, resources.services, informerOptions))
  const slices = opening.use(await openInformer(client, resources.endpointslices, informerOptions))
  const configMaps = opening.use(
    await openInformer(client, resources.configmaps, {
      ...informerOptions,
      namespace: DNS_CONFIG.namespace,
      fieldSelector: `metadata.name=${DNS_CONFIG.name}`,
    }),
  )
  const servicesByAddress = services.index((service) => (service.spec?.clusterIP ? [service.spec.clusterIP] : []))
  const slicesByService = slices.index((slice) => [
    `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME_LABEL] ?? ''}`,
  ])
  const slicesByAddress = slices.index((slice) => (slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses))
  const stack = opening.move()
  return {
    hasNamespace: (name) => namespaces.get({ name }) !== undefined,
    service: (namespace, name) => services.get({ namespace, name }),
    endpointSlices: (namespace, serviceName) => slicesByService(`${namespace}/${serviceName}`),
    servicesAt: (address) => (isIPv4(address) ? servicesByAddress(address) : []),
    dnsConfigMap: () => configMaps.get(DNS_CONFIG),
    endpointSlicesAt: (address) => slicesByAddress(address),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function dropManagedFields(object: { metadata: k8s.ObjectMeta }): void {
  delete object.metadata.managedFields
}
