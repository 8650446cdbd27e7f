/** NetworkPolicies, IngressClasses and EndpointSlices. */
import type { DiscoveryEndpointPort, IngressClass, NetworkPolicy, NetworkPolicyPort } from '../generated/types.ts'
import { type DefaultFunctions, ifMissing } from './default-function.ts'

export const networkingDefaults: DefaultFunctions = {
  'io.k8s.api.networking.v1.NetworkPolicyPort': (port: NetworkPolicyPort) => ifMissing(port, 'protocol', 'TCP'),
  'io.k8s.api.networking.v1.NetworkPolicy': ({ spec }: NetworkPolicy) => {
    if (spec === undefined || (spec.policyTypes ?? []).length > 0) return
    spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
  },
  'io.k8s.api.networking.v1.IngressClass': ({ spec }: IngressClass) => {
    if (spec?.parameters !== undefined) ifMissing(spec.parameters, 'scope', 'Cluster')
  },
  'io.k8s.api.discovery.v1.EndpointPort': (port: DiscoveryEndpointPort) => {
    ifMissing(port, 'name', '')
    ifMissing(port, 'protocol', 'TCP')
  },
}
