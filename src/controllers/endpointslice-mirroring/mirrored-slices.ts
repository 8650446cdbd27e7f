/** Which slices mirror an Endpoints object: one per address family and set of ports. Pure.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/endpointslicemirroring. */
import { isIP } from 'node:net'
import { apiVersionOf, type k8s, resources } from '../../api/index.ts'
import { canonicalText, controllerReference } from '../objects/index.ts'
import { repackSubsets } from './repack.ts'

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by'
export const MIRRORED_BY = 'endpointslicemirroring-controller.k8s.io'
/** More addresses of one subset are left out. */
export const MOST_ADDRESSES = 1000

const NOT_MIRRORED_ANNOTATIONS = [
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
]

export interface MirrorPlan {
  create: k8s.EndpointSlice[]
  update: k8s.EndpointSlice[]
  delete: k8s.EndpointSlice[]
  /** Addresses that are no IP addresses. */
  invalid: number
  /** Addresses beyond MOST_ADDRESSES. */
  skipped: number
}

interface Mirrored {
  addressType: 'IPv4' | 'IPv6'
  ports: k8s.DiscoveryEndpointPort[]
  endpoints: k8s.Endpoint[]
}

export function planMirror(endpoints: k8s.Endpoints, present: readonly k8s.EndpointSlice[]): MirrorPlan {
  const plan: MirrorPlan = { create: [], update: [], delete: [], invalid: 0, skipped: 0 }
  const unused = new Set(present)
  const missing: Mirrored[] = []
  for (const wanted of mirroredOf(endpoints, plan)) {
    const slice = [...unused].find((candidate) => groupKey(candidate) === groupKey(wanted))
    if (slice === undefined) missing.push(wanted)
    else {
      unused.delete(slice)
      const wished = build(endpoints, wanted, slice)
      if (essence(wished) !== essence(slice)) plan.update.push(wished)
    }
  }
  // A slice for other ports takes the place of one that is no longer wanted; the address type of a slice cannot change.
  for (const wanted of missing) {
    const recycled = [...unused].find(({ addressType }) => addressType === wanted.addressType)
    if (recycled !== undefined) unused.delete(recycled)
    if (recycled === undefined) plan.create.push(build(endpoints, wanted))
    else plan.update.push(build(endpoints, wanted, recycled))
  }
  plan.delete.push(...unused)
  return plan
}

function mirroredOf(endpoints: k8s.Endpoints, plan: Pick<MirrorPlan, 'invalid' | 'skipped'>): Mirrored[] {
  const groups = new Map<string, Mirrored>()
  for (const { ports, ready, notReady } of repackSubsets(endpoints.subsets ?? [])) {
    const slicePorts = ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
      name,
      port,
      protocol,
      ...(appProtocol !== undefined && { appProtocol }),
    }))
    let added = 0
    const candidates = [
      ...ready.map((address) => ({ address, isReady: true })),
      ...notReady.map((address) => ({ address, isReady: false })),
    ]
    for (const { address, isReady } of candidates) {
      const family = isIP(address.ip)
      if (family === 0) plan.invalid++
      else if (added >= MOST_ADDRESSES) plan.skipped++
      else {
        added++
        const addressType = family === 4 ? 'IPv4' : 'IPv6'
        const key = groupKey({ addressType, ports: slicePorts })
        const group: Mirrored = groups.get(key) ?? { addressType, ports: slicePorts, endpoints: [] }
        groups.set(key, group)
        group.endpoints.push(endpointOf(address, isReady))
      }
    }
  }
  return [...groups.values()]
}

function endpointOf({ ip, nodeName, hostname, targetRef }: k8s.EndpointAddress, ready: boolean): k8s.Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    ...(targetRef && { targetRef }),
  }
}

function build(endpoints: k8s.Endpoints, mirrored: Mirrored, present?: k8s.EndpointSlice): k8s.EndpointSlice {
  const { name, namespace, labels, annotations = {} } = endpoints.metadata
  return {
    apiVersion: apiVersionOf(resources.endpointslices),
    kind: resources.endpointslices.kind,
    metadata: {
      ...(present?.metadata ?? { name: '', generateName: `${name}-`, namespace }),
      labels: { ...labels, [SERVICE_NAME_LABEL]: name, [MANAGED_BY_LABEL]: MIRRORED_BY },
      annotations: Object.fromEntries(
        Object.entries(annotations).filter(([key]) => !NOT_MIRRORED_ANNOTATIONS.includes(key)),
      ),
      ownerReferences: [controllerReference(endpoints, resources.endpoints)],
    },
    addressType: mirrored.addressType,
    endpoints: mirrored.endpoints,
    ports: mirrored.ports,
  }
}

const groupKey = ({ addressType, ports }: Pick<k8s.EndpointSlice, 'addressType' | 'ports'>): string =>
  canonicalText([addressType, (ports ?? []).map((port) => canonicalText(port)).sort()])

function essence({ metadata, endpoints }: k8s.EndpointSlice): string {
  const { labels, annotations, ownerReferences } = metadata
  const sorted = (endpoints ?? []).map((endpoint) => canonicalText(endpoint)).sort()
  return canonicalText({ labels, annotations, ownerReferences, sorted })
}
