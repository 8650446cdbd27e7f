/** Answers for the cluster's own names. Pure. Source: Kubernetes DNS-Based Service Discovery v1.1.0; RFC 1035, 2308. */
import { isIPv4 } from 'node:net'
import type { Answer, Question } from 'dns-packet'
import { TTL_SECONDS } from './records.ts'
import { answerReverse, REVERSE_SUFFIX } from './reverse-names.ts'
import { answerServiceName } from './service-names.ts'
import { NODATA, NXDOMAIN, withAddresses, withRecords, type Zone, type ZoneAnswer } from './zone-answer.ts'

/** How many ExternalNames of the cluster may point at one another. */
const MAX_ALIASES = 8

/** Undefined when the name is not the cluster's: forward it. `aliases` counts the ExternalNames followed so far. */
export function answerFromZone(zone: Zone, question: Question, aliases = 0): ZoneAnswer | undefined {
  const name = question.name.toLowerCase().replace(/\.$/, '')
  if (name === zone.domain) return NODATA
  if (name.endsWith(REVERSE_SUFFIX)) return answerReverse(zone, name, question)
  if (!name.endsWith(`.${zone.domain}`)) return undefined
  const labels = name.slice(0, -zone.domain.length - 1).split('.')
  const kind = labels.pop()
  if (kind === 'dns-version') return labels.length === 0 ? version(name, question) : NXDOMAIN
  if (kind === 'pod') return podName(zone, labels, name, question)
  if (kind !== 'svc') return NXDOMAIN

  const namespace = labels.pop()
  if (namespace === undefined) return NODATA
  const serviceName = labels.pop()
  if (serviceName === undefined) return zone.view.hasNamespace(namespace) ? NODATA : NXDOMAIN
  const service = zone.view.service(namespace, serviceName)
  if (service === undefined) return NXDOMAIN
  if (service.spec?.type !== 'ExternalName') return answerServiceName({ zone, service, name, question }, labels)
  return labels.length > 0 ? NXDOMAIN : alias(zone, name, service.spec.externalName ?? '', question, aliases)
}

function version(name: string, { type }: Question): ZoneAnswer {
  return withRecords(type === 'TXT' ? [{ name, type: 'TXT', ttl: TTL_SECONDS, data: '1.1.0' }] : [])
}

function alias(zone: Zone, name: string, externalName: string, question: Question, aliases: number): ZoneAnswer {
  const target = externalName.toLowerCase().replace(/\.$/, '')
  if (target === '') return NXDOMAIN
  const cname: Answer = { name, type: 'CNAME', ttl: TTL_SECONDS, data: target }
  const isOurs = target === zone.domain || target.endsWith(`.${zone.domain}`)
  if (question.type === 'CNAME' || aliases >= MAX_ALIASES) return withRecords([cname])
  if (!isOurs) return { ...withRecords([cname]), chase: target }
  const next = answerFromZone(zone, { ...question, name: target }, aliases + 1) ?? NODATA
  return { ...next, answers: [cname, ...next.answers] }
}

/** `1-2-3-4.<namespace>` below `pod`. */
function podName(zone: Zone, labels: readonly string[], name: string, question: Question): ZoneAnswer {
  if (labels.length > 2) return NXDOMAIN
  const namespace = labels.at(-1)
  if (namespace === undefined) return NODATA
  if (!zone.view.hasNamespace(namespace)) return NXDOMAIN
  if (labels.length === 1) return NODATA
  const address = (labels[0] ?? '').replaceAll('-', '.')
  return isIPv4(address) ? withAddresses(name, [address], question) : NXDOMAIN
}
