/** Which slices a service should have, and the fewest writes that lead there. Source: k8s.io/endpointslice v0.34. */
import { apiVersionOf, type k8s, resources } from '../../api/index.ts'
import { canonicalText, controllerReference } from '../objects/index.ts'

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by'
export const MANAGED_BY = 'endpointslice-controller.k8s.io'
const HEADLESS_LABEL = 'service.kubernetes.io/headless'
const MOST_ENDPOINTS = 100

/** Endpoints that share the same port numbers, and so the same slices. */
export interface EndpointGroup {
  ports: k8s.DiscoveryEndpointPort[]
  endpoints: k8s.Endpoint[]
}

export interface SlicePlan {
  create: k8s.EndpointSlice[]
  update: k8s.EndpointSlice[]
  delete: k8s.EndpointSlice[]
}

/** Keeps each endpoint in the slice where it is, so that a change of one pod rewrites one slice. */
export function planSlices(options: {
  service: k8s.Service
  groups: readonly EndpointGroup[]
  present: readonly k8s.EndpointSlice[]
}): SlicePlan {
  const plan: SlicePlan = { create: [], update: [], delete: [] }
  const unused = new Set(options.present)
  const groups = options.groups.length > 0 ? options.groups : [{ ports: [], endpoints: [] }]
  for (const group of groups) {
    const mine = [...unused].filter((slice) => canonicalText(slice.ports) === canonicalText(group.ports))
    for (const { slice, endpoints } of distribute(group.endpoints, mine)) {
      const wished = buildSlice(options.service, { ports: group.ports, endpoints }, slice)
      if (slice === undefined) plan.create.push(wished)
      else {
        unused.delete(slice)
        if (!sameSlice(slice, wished)) plan.update.push(wished)
      }
    }
  }
  plan.delete.push(...unused)
  return plan
}

/** The endpoints by slice; without slice where a new one is needed. A slice left empty is not listed, unless it is the
 *  only one: a service without endpoints keeps one empty slice. */
function distribute(
  endpoints: readonly k8s.Endpoint[],
  slices: readonly k8s.EndpointSlice[],
): { slice: k8s.EndpointSlice | undefined; endpoints: k8s.Endpoint[] }[] {
  const remaining = new Map(endpoints.map((endpoint) => [identityOf(endpoint), endpoint]))
  const shares = slices.map((slice) => ({
    slice: slice as k8s.EndpointSlice | undefined,
    endpoints: keep(slice, remaining),
  }))
  const rest = [...remaining.values()]
  for (const share of shares) share.endpoints.push(...rest.splice(0, MOST_ENDPOINTS - share.endpoints.length))
  while (rest.length > 0) shares.push({ slice: undefined, endpoints: rest.splice(0, MOST_ENDPOINTS) })
  const filled = shares.filter((share) => share.endpoints.length > 0)
  return filled.length > 0 ? filled : [shares[0] ?? { slice: undefined, endpoints: [] }]
}

function keep(slice: k8s.EndpointSlice, remaining: Map<string, k8s.Endpoint>): k8s.Endpoint[] {
  return (slice.endpoints ?? []).flatMap((present) => {
    const identity = identityOf(present)
    const current = remaining.get(identity)
    remaining.delete(identity)
    return current === undefined ? [] : [current]
  })
}

const identityOf = ({ targetRef, addresses }: k8s.Endpoint) => targetRef?.uid ?? addresses.join()

function buildSlice(service: k8s.Service, group: EndpointGroup, present?: k8s.EndpointSlice): k8s.EndpointSlice {
  const { name, namespace } = service.metadata
  const isHeadless = service.spec?.clusterIP === 'None'
  return {
    apiVersion: apiVersionOf(resources.endpointslices),
    kind: resources.endpointslices.kind,
    metadata: {
      ...(present?.metadata ?? { name: '', generateName: `${name}-`, namespace }),
      labels: {
        ...service.metadata.labels,
        ...(isHeadless && { [HEADLESS_LABEL]: '' }),
        [SERVICE_NAME_LABEL]: name,
        [MANAGED_BY_LABEL]: MANAGED_BY,
      },
      ownerReferences: [controllerReference(service, resources.services)],
    },
    addressType: 'IPv4',
    endpoints: group.endpoints,
    ports: group.ports,
  }
}

function sameSlice(a: k8s.EndpointSlice, b: k8s.EndpointSlice): boolean {
  const essence = ({ metadata, endpoints }: k8s.EndpointSlice) =>
    canonicalText({ labels: metadata.labels, owners: metadata.ownerReferences, endpoints })
  return essence(a) === essence(b)
}

/** Groups pods' endpoints by the ports they have. */
export function groupByPorts(
  endpoints: readonly { ports: k8s.DiscoveryEndpointPort[]; endpoint: k8s.Endpoint }[],
): EndpointGroup[] {
  const groups = new Map<string, EndpointGroup>()
  for (const { ports, endpoint } of endpoints) {
    const key = canonicalText(ports)
    const group = groups.get(key) ?? { ports, endpoints: [] }
    groups.set(key, group)
    group.endpoints.push(endpoint)
  }
  return [...groups.values()]
}
