/** Endpoints subsets in their one canonical form: addresses with the same ports together, whatever subsets their author
 *  wrote them in. Source: k8s.io/kubernetes v1.34, pkg/api/v1/endpoints, RepackSubsets. */
import type { k8s } from '../../api/index.ts'

export interface RepackedSubset {
  ports: k8s.EndpointPort[]
  ready: k8s.EndpointAddress[]
  notReady: k8s.EndpointAddress[]
}

interface Place {
  address: k8s.EndpointAddress
  isReady: boolean
}

/** In the order of first mention. An address that is ready here and not ready there for the same port is not ready. */
export function repackSubsets(subsets: readonly k8s.EndpointSubset[]): RepackedSubset[] {
  const ports = new Map<string, { port: k8s.EndpointPort | undefined; places: Map<string, Place> }>()
  for (const subset of subsets)
    for (const port of subset.ports?.length ? subset.ports : [undefined]) {
      const key = portKey(port)
      const entry = ports.get(key) ?? { port, places: new Map<string, Place>() }
      ports.set(key, entry)
      for (const address of subset.addresses ?? []) note(entry.places, address, true)
      for (const address of subset.notReadyAddresses ?? []) note(entry.places, address, false)
    }

  const byAddress = new Map<string, Place & { ports: (k8s.EndpointPort | undefined)[] }>()
  for (const { port, places } of ports.values())
    for (const [key, place] of places) {
      const known = byAddress.get(`${key} ${place.isReady}`) ?? { ...place, ports: [] }
      byAddress.set(`${key} ${place.isReady}`, known)
      known.ports.push(port)
    }

  const packed = new Map<string, RepackedSubset>()
  for (const { address, isReady, ports: own } of byAddress.values()) {
    const key = own.map(portKey).sort().join()
    const subset = packed.get(key) ?? { ports: own.filter((port) => port !== undefined), ready: [], notReady: [] }
    packed.set(key, subset)
    if (isReady) subset.ready.push(address)
    else subset.notReady.push(address)
  }
  return [...packed.values()]
}

function note(places: Map<string, Place>, address: k8s.EndpointAddress, isReady: boolean): void {
  const key = `${address.ip}/${address.targetRef?.uid ?? ''}`
  if (!places.has(key) || !isReady) places.set(key, { address, isReady })
}

const portKey = (port: k8s.EndpointPort | undefined): string =>
  port === undefined
    ? ''
    : JSON.stringify([port.name ?? '', port.protocol ?? 'TCP', port.port, port.appProtocol ?? null])
