/** Where a Service's traffic goes: to an endpoint that is ready, so that a webhook answers as soon as its pod does;
 *  else to the cluster's address of the Service, which says what is wrong.
 *  Source of the rules and wording: k8s.io/apiserver v0.34, pkg/util/proxy. */
import type { k8s } from '../../api/index.ts'

export interface Address {
  host: string
  port: number
}

export interface ServiceState {
  service: k8s.Service | undefined
  /** Those of this Service. */
  slices: readonly k8s.EndpointSlice[]
}

/** Throws an Error that says why the Service cannot be reached. `below` picks one of n. */
export function resolveService(
  { service, slices }: ServiceState,
  wanted: { name: string; port: number },
  below: (n: number) => number,
): Address {
  if (service === undefined) throw new Error(`service "${wanted.name}" not found`)
  const { type = 'ClusterIP', clusterIP, externalName, ports = [] } = service.spec ?? {}
  if (type === 'ExternalName') return { host: externalName ?? '', port: wanted.port }
  const port = ports.find((candidate) => candidate.port === wanted.port)
  if (port === undefined) throw new Error(`no service port ${wanted.port} found for service "${wanted.name}"`)
  const endpoints = readyEndpoints(slices, port)
  const chosen = endpoints[below(Math.max(1, endpoints.length))]
  if (chosen !== undefined) return chosen
  if (!clusterIP || clusterIP === 'None') throw new Error('cannot route to service with ClusterIP "None"')
  return { host: clusterIP, port: wanted.port }
}

function readyEndpoints(slices: readonly k8s.EndpointSlice[], port: k8s.ServicePort): Address[] {
  const found: Address[] = []
  for (const slice of slices) {
    const target = slice.ports?.find(({ name }) => (name ?? '') === (port.name ?? ''))?.port
    if (target === undefined) continue
    for (const { conditions, addresses } of slice.endpoints)
      if (conditions?.ready !== false && addresses[0] !== undefined) found.push({ host: addresses[0], port: target })
  }
  return found
}
