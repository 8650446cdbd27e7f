/** Services. Cluster IPs, IP families and node ports are the server's to allocate. */
import type { Service } from '../generated/types.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'

const THREE_HOURS_SECONDS = 10_800

export const serviceDefaults: DefaultFunctions = { 'io.k8s.api.core.v1.Service': defaultService }

function defaultService({ spec, status }: Service): void {
  if (spec === undefined) return
  orElse(spec, 'sessionAffinity', 'None')
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  else if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: THREE_HOURS_SECONDS } }
  orElse(spec, 'type', 'ClusterIP')
  for (const port of spec.ports ?? []) {
    orElse(port, 'protocol', 'TCP')
    orElse(port, 'targetPort', port.port)
  }
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer'
  if (external || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0))
    orElse(spec, 'externalTrafficPolicy', 'Cluster')
  if (external || spec.type === 'ClusterIP') ifMissing(spec, 'internalTrafficPolicy', 'Cluster')
  if (spec.type !== 'LoadBalancer') return
  ifMissing(spec, 'allocateLoadBalancerNodePorts', true)
  for (const ingress of status?.loadBalancer?.ingress ?? []) if (ingress.ip) ifMissing(ingress, 'ipMode', 'VIP')
}
