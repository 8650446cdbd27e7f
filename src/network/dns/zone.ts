/** Answers for the cluster's own names. Pure. Source: Kubernetes DNS-Based Service Discovery v1.1.0; RFC 1035, 2308. */
import { isIPv4 } from 'node:net'
import type { Answer, Question } from 'dns-packet'
import { type Cidr, cidrContains } from '../host/cidr.ts'
import type { ClusterView } from './cluster-view.ts'
import { endpointLabel, isHeadless, readyEndpoints, serviceAddresses, serviceTargets, TTL_SECONDS } from './records.ts'
import { SERVICE_NAME_LABEL } from '../proxy/service-map.ts'

export interface Zone {
  /** `cluster.local`, lower case, no trailing dot. */
  readonly domain: string
  readonly view: ClusterView
  /** Ranges whose reverse names never leave the cluster. */
  readonly ownCidrs: readonly Cidr[]
}

export interface ZoneAnswer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN'
  readonly answers: readonly Answer[]
  readonly additionals: readonly Answer[]
  /** A CNAME's target outside the zone: the caller asks the world for it and appends what it says. */
  readonly chase?: string
}

const NXDOMAIN: ZoneAnswer = { rcode: 'NXDOMAIN', answers: [], additionals: [] }
/** The name exists, with no records of the type asked for. */
const NODATA: ZoneAnswer = { rcode: 'NOERROR', answers: [], additionals: [] }

/** Undefined when the name is not the cluster's: forward it. */
export function answerFromZone(zone: Zone, question: Question): ZoneAnswer | undefined {
  const name = question.name.toLowerCase().replace(/\.$/, '')
  if (name === zone.domain) return NODATA
  if (name.endsWith('.in-addr.arpa')) return reverse(zone, name, question)
  if (!name.endsWith(`.${zone.domain}`)) return undefined
  const labels = name.slice(0, -zone.domain.length - 1).split('.')
  const kind = labels.pop()
  if (kind === 'dns-version') return labels.length === 0 ? version(name, question) : NXDOMAIN
  if (kind === 'svc') return serviceName(zone, labels, name, question)
  if (kind === 'pod') return podName(zone, labels, name, question)
  return NXDOMAIN
}

function version(name: string, { type }: Question): ZoneAnswer {
  return records(type === 'TXT' ? [{ name, type: 'TXT', ttl: TTL_SECONDS, data: '1.1.0' }] : [])
}

/** `[…, service, namespace]` below `svc`. */
function serviceName(zone: Zone, labels: string[], name: string, question: Question): ZoneAnswer {
  const namespace = labels.pop()
  if (namespace === undefined) return NODATA
  const serviceLabel = labels.pop()
  if (serviceLabel === undefined) return zone.view.hasNamespace(namespace) ? NODATA : NXDOMAIN
  const service = zone.view.service(namespace, serviceLabel)
  if (service === undefined) return NXDOMAIN
  const base = `${serviceLabel}.${namespace}.svc.${zone.domain}`
  if (service.spec?.type === 'ExternalName')
    return labels.length > 0 ? NXDOMAIN : alias(zone, name, service.spec.externalName ?? '', question)
  const [first, second] = labels
  if (first === undefined) {
    const addresses = serviceAddresses(service, zone.view)
    return addresses.length === 0 ? NXDOMAIN : addressRecords(name, addresses, question)
  }
  if (labels.length === 1 && !first.startsWith('_')) {
    if (!isHeadless(service)) return NXDOMAIN
    const endpoints = readyEndpoints(service, zone.view).filter((endpoint) => endpoint.label === first)
    const addresses = endpoints.map((endpoint) => endpoint.address)
    return addresses.length === 0 ? NXDOMAIN : addressRecords(name, addresses, question)
  }
  const protocol = labels.at(-1) ?? ''
  if (!protocol.startsWith('_')) return NXDOMAIN
  if (labels.length === 1) return hasProtocol(service.spec?.ports, protocol.slice(1)) ? NODATA : NXDOMAIN
  if (labels.length !== 2 || second === undefined || !first.startsWith('_')) return NXDOMAIN
  const targets = serviceTargets(service, first.slice(1), protocol.slice(1), zone.view)
  if (targets.length === 0) return NXDOMAIN
  if (question.type !== 'SRV' && question.type !== 'ANY') return NODATA
  const addresses = serviceAddresses(service, zone.view)
  const located = targets.flatMap(({ port, endpoint }) =>
    endpoint === undefined
      ? addresses.map((address) => ({ port, target: base, address }))
      : [{ port, target: `${endpoint.label}.${base}`, address: endpoint.address }],
  )
  return {
    rcode: 'NOERROR',
    answers: located.map(({ port, target }) => ({
      name,
      type: 'SRV',
      ttl: TTL_SECONDS,
      data: { priority: 0, weight: Math.floor(100 / located.length) || 1, port, target },
    })),
    additionals: located.map(({ target, address }) => addressRecord(target, address)),
  }
}

const hasProtocol = (ports: readonly { protocol?: string | undefined }[] | undefined, protocol: string): boolean =>
  (ports ?? []).some((port) => (port.protocol ?? 'TCP').toLowerCase() === protocol)

/** How many ExternalNames of the cluster may point at one another. */
const MAX_ALIASES = 8

function alias(zone: Zone, name: string, externalName: string, question: Question): ZoneAnswer {
  const target = externalName.toLowerCase().replace(/\.$/, '')
  if (target === '') return NXDOMAIN
  const cname: Answer = { name, type: 'CNAME', ttl: TTL_SECONDS, data: target }
  if (question.type === 'CNAME') return records([cname])
  if (target !== zone.domain && !target.endsWith(`.${zone.domain}`)) return { ...records([cname]), chase: target }
  const depth = Number(question.class?.startsWith('alias-') ? question.class.slice('alias-'.length) : 0)
  if (depth >= MAX_ALIASES) return records([cname])
  const next = answerFromZone(zone, { ...question, name: target, class: `alias-${depth + 1}` }) ?? NXDOMAIN
  return { ...next, rcode: 'NOERROR', answers: [cname, ...next.answers] }
}

/** `1-2-3-4.<namespace>` below `pod`. */
function podName(zone: Zone, labels: string[], name: string, question: Question): ZoneAnswer {
  const [dashed, namespace] = labels.length === 2 ? labels : [undefined, labels[0]]
  if (labels.length > 2) return NXDOMAIN
  if (namespace === undefined) return NODATA
  if (!zone.view.hasNamespace(namespace)) return NXDOMAIN
  if (dashed === undefined) return NODATA
  const address = dashed.replaceAll('-', '.')
  return isIPv4(address) ? addressRecords(name, [address], question) : NXDOMAIN
}

/** ClusterIPs and the endpoints of headless Services have names; other addresses of the cluster have none. */
function reverse(zone: Zone, name: string, question: Question): ZoneAnswer | undefined {
  const address = name.slice(0, -'.in-addr.arpa'.length).split('.').toReversed().join('.')
  if (!isIPv4(address)) return undefined
  const targets = [
    ...zone.view.servicesAt(address).map(({ metadata }) => `${metadata.name}.${metadata.namespace}.svc.${zone.domain}`),
    ...headlessNames(zone, address),
  ]
  if (targets.length === 0) return zone.ownCidrs.some((cidr) => cidrContains(cidr, address)) ? NXDOMAIN : undefined
  if (question.type !== 'PTR' && question.type !== 'ANY') return NODATA
  return records(targets.map((data) => ({ name, type: 'PTR', ttl: TTL_SECONDS, data })))
}

function headlessNames(zone: Zone, address: string): string[] {
  const names = zone.view.endpointSlicesAt(address).flatMap((slice) => {
    const { namespace = '', labels } = slice.metadata
    const service = zone.view.service(namespace, labels?.[SERVICE_NAME_LABEL] ?? '')
    if (service === undefined || !isHeadless(service)) return []
    return (slice.endpoints ?? [])
      .filter((endpoint) => endpoint.addresses.includes(address) && endpoint.conditions?.ready !== false)
      .map((endpoint) => {
        return `${endpointLabel(endpoint, address)}.${service.metadata.name}.${namespace}.svc.${zone.domain}`
      })
  })
  return [...new Set(names)]
}

const addressRecord = (name: string, address: string): Answer => ({ name, type: 'A', ttl: TTL_SECONDS, data: address })

function addressRecords(name: string, addresses: readonly string[], { type }: Question): ZoneAnswer {
  return records(type === 'A' || type === 'ANY' ? addresses.map((address) => addressRecord(name, address)) : [])
}

const records = (answers: readonly Answer[]): ZoneAnswer => ({ ...NODATA, answers })
