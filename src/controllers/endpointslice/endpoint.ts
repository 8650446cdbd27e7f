/** One pod as an endpoint of a service. Source: k8s.io/endpointslice v0.34, podToEndpoint. */
import type { k8s } from '../../api/index.ts'
import { isPodReady, podIp } from '../objects/index.ts'

const ZONE_LABEL = 'topology.kubernetes.io/zone'

/** A terminating pod is never `ready`, so that new connections go elsewhere, but may still be `serving`. */
export function podEndpoint(service: k8s.Service, pod: k8s.Pod, node?: k8s.Node): k8s.Endpoint {
  const serving = isPodReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const zone = node?.metadata.labels?.[ZONE_LABEL]
  const { hostname, subdomain, nodeName } = pod.spec ?? {}
  const named = hostname && subdomain === service.metadata.name
  const { name, namespace, uid } = pod.metadata
  return {
    addresses: [podIp(pod) ?? ''],
    conditions: { ready: service.spec?.publishNotReadyAddresses || (serving && !terminating), serving, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName && { nodeName }),
    ...(zone !== undefined && { zone }),
    ...(named && { hostname }),
  }
}
