/** The addresses and node ports of Services. What is taken follows from the stored Services alone: the pools are filled
 *  from them at start, and every change goes through here before it is written. */
import { type k8s, resources } from '../../api/index.ts'
import type { Store } from '../../store/index.ts'
import { prefixOf } from '../registry/object-key.ts'
import { decodeEntry } from '../registry/object-text.ts'
import type { Randomness } from '../server/randomness.ts'
import { formatIPv4, parseIPv4, parseNetwork } from './ipv4.ts'
import { NumberPool, type NumberRange } from './number-pool.ts'

export interface AllocationOptions {
  /** Default `10.96.0.0/16`. */
  serviceCidr?: string | undefined
  /** Default 30000 to 32767. */
  nodePorts?: NumberRange | undefined
}

const DEFAULT_CIDR = '10.96.0.0/16'
const DEFAULT_NODE_PORTS: NumberRange = { least: 30_000, most: 32_767 }

export interface ServiceAllocator {
  readonly cidr: string
  readonly addresses: NumberPool
  readonly nodePorts: NumberPool
  /** The address of the Service `kubernetes`: the first of the range. */
  readonly kubernetesAddress: string
}

/** Throws an Error when the range is no IPv4 network of at least four addresses. */
export async function openServiceAllocator(
  options: AllocationOptions & { store: Store; randomness: Randomness },
): Promise<ServiceAllocator> {
  const cidr = options.serviceCidr ?? DEFAULT_CIDR
  const network = parseNetwork(cidr)
  if (network === undefined || network.last - network.first < 3)
    throw new Error(`the service network ${JSON.stringify(cidr)} is not an IPv4 network like ${DEFAULT_CIDR}`)
  // Neither the network's own address nor its broadcast address.
  const range = { least: network.first + 1, most: network.last - 1 }
  const { randomness } = options
  const size = range.most - range.least + 1
  const addresses = new NumberPool(range, { reserved: reservedAddresses(size), randomness })
  const ports = options.nodePorts ?? DEFAULT_NODE_PORTS
  const nodePorts = new NumberPool(ports, { reserved: reservedPorts(ports.most - ports.least + 1), randomness })
  for (const entry of (await options.store.list(prefixOf(resources.services))).entries) {
    const taken = allocationsOf(decodeEntry(entry) as unknown as k8s.Service)
    for (const address of taken.addresses) addresses.take(address)
    for (const port of taken.ports) nodePorts.take(port)
  }
  return { cidr, addresses, nodePorts, kubernetesAddress: formatIPv4(range.least) }
}

/** The lower part of a range is for addresses that are asked for: min(max(16, size/16), 256).
 *  Source: "Service ClusterIP allocation", Kubernetes v1.34. */
const reservedAddresses = (size: number) => Math.min(Math.max(16, Math.floor(size / 16)), 256, Math.floor(size / 2))

/** As for addresses: min(max(16, size/32), 128). Source: KEP-3668. */
const reservedPorts = (size: number) => Math.min(Math.max(16, Math.floor(size / 32)), 128, Math.floor(size / 2))

export interface Allocations {
  addresses: Set<number>
  ports: Set<number>
}

/** Only these hold node ports: what others say of some is said and no more. */
export const mayHoldNodePorts = ({ type }: k8s.ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer'

/** What a Service holds. */
export function allocationsOf(service: k8s.Service): Allocations {
  const spec = service.spec ?? {}
  const { clusterIP, clusterIPs, ports, healthCheckNodePort } = spec
  const addresses = [clusterIP ?? '', ...(clusterIPs ?? [])].map(parseIPv4)
  const nodePorts = mayHoldNodePorts(spec)
    ? [healthCheckNodePort, ...(ports ?? []).map(({ nodePort }) => nodePort)]
    : []
  return {
    addresses: new Set(addresses.filter((address) => address !== undefined)),
    ports: new Set(nodePorts.filter((port) => port !== undefined && port > 0) as number[]),
  }
}
