/** Which pods a service sends to, and where they are. Source: k8s.io/endpointslice v0.34, ShouldPodBeInEndpoints. */
import { type k8s, keyOf, labelSelectorMatches } from '../../api/index.ts'
import type { Informer } from '../../client/index.ts'
import { isPodTerminal } from './pod-state.ts'

/** Whether the service's endpoints are a controller's to write: without a selector they are the user's. */
export function selects(service: k8s.Service): boolean {
  return service.spec?.type !== 'ExternalName' && Object.keys(service.spec?.selector ?? {}).length > 0
}

export function selectedPods(pods: Informer<k8s.Pod>, service: k8s.Service): k8s.Pod[] {
  return pods.list(service.metadata.namespace).filter((pod) => isSelected(service, pod))
}

/** The keys of the services that select `pod`. */
export function servicesSelecting(services: Informer<k8s.Service>, pod: k8s.Pod): string[] {
  return services
    .list(pod.metadata.namespace)
    .filter((service) => selects(service) && isSelected(service, pod))
    .map(keyOf)
}

const isSelected = (service: k8s.Service, pod: k8s.Pod) =>
  labelSelectorMatches({ matchLabels: service.spec?.selector }, pod.metadata.labels ?? {})

/** Whether the pod may get traffic at all: it has an address and has not ended. */
export function isReachable(pod: k8s.Pod): boolean {
  return !isPodTerminal(pod) && podIp(pod) !== undefined
}

/** The pod's IPv4 address, once it has one. */
export function podIp(pod: k8s.Pod): string | undefined {
  const addresses = [pod.status?.podIP, ...(pod.status?.podIPs ?? []).map(({ ip }) => ip)]
  return addresses.find((ip) => ip !== undefined && ip !== '' && !ip.includes(':'))
}
