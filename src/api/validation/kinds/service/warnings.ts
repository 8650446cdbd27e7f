/** What is said of Services that are let pass. Source: kubernetes v1.34, pkg/api/service/warnings.go. */
import { addressWarnings, blockWarnings } from '../../../formats/index.ts'
import type { Service } from '../../../generated/types.ts'

const HINTS = 'service.kubernetes.io/topology-aware-hints'
const MODE = 'service.kubernetes.io/topology-mode'

export function serviceWarnings({ metadata, spec }: Service): string[] {
  const { type, clusterIP, clusterIPs = [], externalIPs = [], externalName, loadBalancerIP } = spec
  const warnings: string[] = []
  if (metadata.annotations?.[HINTS] !== undefined)
    warnings.push(`annotation ${HINTS} is deprecated, please use ${MODE} instead`)
  if (clusterIP && clusterIP !== 'None') warnings.push(...each(clusterIPs, 'spec.clusterIPs', addressWarnings))
  if (type === 'ClusterIP' && clusterIP === 'None') {
    if (loadBalancerIP) warnings.push('spec.loadBalancerIP is ignored for headless services')
    if (externalIPs.length > 0) warnings.push('spec.externalIPs is ignored for headless services')
    if (spec.sessionAffinity !== 'None') warnings.push('spec.SessionAffinity is ignored for headless services')
  }
  warnings.push(...each(externalIPs, 'spec.externalIPs', addressWarnings))
  if (loadBalancerIP) warnings.push(...addressWarnings('spec.loadBalancerIP', loadBalancerIP))
  warnings.push(...each(spec.loadBalancerSourceRanges ?? [], 'spec.loadBalancerSourceRanges', blockWarnings))
  if (type === 'ExternalName' && externalIPs.length > 0)
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  if (type !== 'ExternalName' && externalName)
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  return warnings
}

const each = (texts: readonly string[], path: string, warningsOf: (at: string, text: string) => string[]) =>
  texts.flatMap((text, index) => warningsOf(`${path}[${index}]`, text))
