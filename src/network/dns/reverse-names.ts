/** Names of addresses (PTR): ClusterIPs and the endpoints of headless Services have some, other addresses none. */
import { isIPv4 } from 'node:net'
import type { Question } from 'dns-packet'
import { cidrContains } from '../host/cidr.ts'
import { SERVICE_NAME_LABEL } from '../proxy/service-map.ts'
import { endpointLabel, isHeadless, TTL_SECONDS } from './records.ts'
import { NODATA, NXDOMAIN, withRecords, type Zone, type ZoneAnswer } from './zone-answer.ts'

export const REVERSE_SUFFIX = '.in-addr.arpa'

/** Undefined for an address that is not the cluster's. */
export function answerReverse(zone: Zone, name: string, question: Question): ZoneAnswer | undefined {
  const address = name.slice(0, -REVERSE_SUFFIX.length).split('.').toReversed().join('.')
  if (!isIPv4(address)) return undefined
  const targets = [...serviceNames(zone, address), ...endpointNames(zone, address)]
  if (targets.length === 0) return zone.ownCidrs.some((cidr) => cidrContains(cidr, address)) ? NXDOMAIN : undefined
  if (question.type !== 'PTR' && question.type !== 'ANY') return NODATA
  return withRecords(targets.map((data) => ({ name, type: 'PTR', ttl: TTL_SECONDS, data })))
}

function serviceNames(zone: Zone, address: string): string[] {
  return zone.view
    .servicesAt(address)
    .map(({ metadata }) => `${metadata.name}.${metadata.namespace}.svc.${zone.domain}`)
}

function endpointNames(zone: Zone, address: string): string[] {
  const names = zone.view.endpointSlicesAt(address).flatMap((slice) => {
    const { namespace = '', labels } = slice.metadata
    const service = zone.view.service(namespace, labels?.[SERVICE_NAME_LABEL] ?? '')
    if (service === undefined || !isHeadless(service)) return []
    return (slice.endpoints ?? [])
      .filter((endpoint) => endpoint.addresses.includes(address) && endpoint.conditions?.ready !== false)
      .map((endpoint) => `${endpointLabel(endpoint, address)}.${service.metadata.name}.${namespace}.svc.${zone.domain}`)
  })
  return [...new Set(names)]
}
