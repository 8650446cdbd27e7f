/** The legacy Endpoints form of a service's pods. Source: k8s.io/kubernetes v1.34, pkg/controller/endpoint. */
import type { k8s } from '../../api/index.ts'
import { canonicalText, isPodReady, podIp, podPorts } from '../objects/index.ts'

/** `kubectl describe service` shows few; beyond this many Kubernetes cuts off as well. */
export const MOST_ADDRESSES = 1000

/** One subset per set of ports, in the order of the ports; ready and unready addresses apart, in the order of the
 *  addresses, so that the same pods always give the same subsets. */
export function endpointSubsets(service: k8s.Service, pods: readonly k8s.Pod[]): k8s.EndpointSubset[] {
  const groups = new Map<string, { ports: k8s.DiscoveryEndpointPort[]; pods: k8s.Pod[] }>()
  // Ready ones first, so that it is others that are cut off.
  const ranked = [...pods.filter(isPodReady), ...pods.filter((pod) => !isPodReady(pod))]
  for (const pod of ranked.slice(0, MOST_ADDRESSES)) {
    const ports = podPorts(service, pod)
    const headless = service.spec?.clusterIP === 'None'
    if (ports.length === 0 && !headless) continue
    const key = canonicalText(ports)
    const group = groups.get(key) ?? { ports, pods: [] }
    groups.set(key, group)
    group.pods.push(pod)
  }
  return [...groups.keys()].sort().flatMap((key) => subset(service, groups.get(key)))
}

function subset(
  service: k8s.Service,
  group: { ports: k8s.DiscoveryEndpointPort[]; pods: k8s.Pod[] } | undefined,
): k8s.EndpointSubset[] {
  if (group === undefined) return []
  const isReady = (pod: k8s.Pod) => service.spec?.publishNotReadyAddresses === true || isPodReady(pod)
  const addresses = (wanted: boolean) =>
    group.pods
      .filter((pod) => isReady(pod) === wanted)
      .map((pod) => address(service, pod))
      .sort((a, b) => a.ip.localeCompare(b.ip))
  const ready = addresses(true)
  const notReady = addresses(false)
  const ports = group.ports.map(({ name, port = 0, protocol, appProtocol }) => ({
    ...(name && { name }),
    port,
    ...(protocol && { protocol }),
    ...(appProtocol && { appProtocol }),
  }))
  return [
    {
      ...(ready.length > 0 && { addresses: ready }),
      ...(notReady.length > 0 && { notReadyAddresses: notReady }),
      ...(ports.length > 0 && { ports }),
    },
  ]
}

function address(service: k8s.Service, pod: k8s.Pod): k8s.EndpointAddress {
  const { name, namespace, uid } = pod.metadata
  const { nodeName, hostname, subdomain } = pod.spec ?? {}
  return {
    ip: podIp(pod) ?? '',
    ...(nodeName && { nodeName }),
    ...(hostname && subdomain === service.metadata.name && { hostname }),
    targetRef: { kind: 'Pod', name, namespace, uid },
  }
}
