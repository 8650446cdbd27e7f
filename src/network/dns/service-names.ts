/** Names below `svc`: Services, their endpoints, their ports. */
import type { Question } from 'dns-packet'
import type { k8s } from '../../api/index.ts'
import { isHeadless, readyEndpoints, serviceAddresses, serviceTargets, TTL_SECONDS } from './records.ts'
import { addressRecord, NODATA, NXDOMAIN, withAddresses, type Zone, type ZoneAnswer } from './zone-answer.ts'

interface Asked {
  zone: Zone
  service: k8s.Service
  /** The whole name, lower case. */
  name: string
  question: Question
}

/** `labels` stand before `<service>.<namespace>.svc`: none, an endpoint's, or `_port._protocol`. */
export function answerServiceName(asked: Asked, labels: readonly string[]): ZoneAnswer {
  const [first, second, ...more] = labels
  if (first === undefined) return answerService(asked)
  if (more.length > 0) return NXDOMAIN
  if (second === undefined) return first.startsWith('_') ? answerProtocol(asked, first) : answerEndpoint(asked, first)
  return first.startsWith('_') && second.startsWith('_') ? answerPort(asked, first.slice(1), second.slice(1)) : NXDOMAIN
}

function answerService({ zone, service, name, question }: Asked): ZoneAnswer {
  const addresses = serviceAddresses(service, zone.view)
  return addresses.length === 0 ? NXDOMAIN : withAddresses(name, addresses, question)
}

function answerEndpoint({ zone, service, name, question }: Asked, label: string): ZoneAnswer {
  if (!isHeadless(service)) return NXDOMAIN
  const endpoints = readyEndpoints(service, zone.view).filter((endpoint) => endpoint.label === label)
  const addresses = [...new Set(endpoints.map((endpoint) => endpoint.address))]
  return addresses.length === 0 ? NXDOMAIN : withAddresses(name, addresses, question)
}

/** `_tcp` alone has no records, but names below it. */
function answerProtocol({ service }: Asked, label: string): ZoneAnswer {
  const protocols = (service.spec?.ports ?? []).map((port) => `_${(port.protocol ?? 'TCP').toLowerCase()}`)
  return protocols.includes(label) ? NODATA : NXDOMAIN
}

function answerPort({ zone, service, name, question }: Asked, port: string, protocol: string): ZoneAnswer {
  const targets = serviceTargets(service, port, protocol, zone.view)
  if (targets.length === 0) return NXDOMAIN
  if (question.type !== 'SRV' && question.type !== 'ANY') return NODATA
  const base = `${service.metadata.name}.${service.metadata.namespace}.svc.${zone.domain}`
  const located = targets.flatMap((target) =>
    target.endpoint === undefined
      ? serviceAddresses(service, zone.view).map((address) => ({ port: target.port, target: base, address }))
      : [{ port: target.port, target: `${target.endpoint.label}.${base}`, address: target.endpoint.address }],
  )
  const weight = Math.max(1, Math.floor(100 / Math.max(1, located.length)))
  return {
    rcode: 'NOERROR',
    answers: located.map((entry) => ({
      name,
      type: 'SRV',
      ttl: TTL_SECONDS,
      data: { priority: 0, weight, port: entry.port, target: entry.target },
    })),
    additionals: located.map((entry) => addressRecord(entry.target, entry.address)),
  }
}
