/** DNS replies as bytes: building them, cutting them to size, reading what upstream says. Source: RFC 1035 section 4,
 *  RFC 2181, RFC 6891 (EDNS). */
import { type Answer, AUTHORITATIVE_ANSWER, encode, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet'
import { HEADER_BYTES, hasEdns, MAX_UDP_BYTES, type Query, RESPONSE_BIT, TYPE_OPT } from './query.ts'
import { TTL_SECONDS } from './records.ts'
import { REVERSE_SUFFIX } from './reverse-names.ts'
import type { ZoneAnswer } from './zone-answer.ts'

const TRUNCATED_BIT = 0x0200
const SERVFAIL = 2
const NXDOMAIN = 3

/** An error with the question repeated, which resolvers want to see. */
export const serverFailure = (query: Query): Buffer =>
  bareReply(query, ((query.flags ?? 0) & RECURSION_DESIRED) | RECURSION_AVAILABLE | SERVFAIL)

/** A reply that has no more than the question. */
function bareReply({ id, question }: Query, flags: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(RESPONSE_BIT | flags, 2)
  header.writeUInt16BE(1, 4)
  return Buffer.concat([header, question])
}

export function zoneReply(query: Query, answer: ZoneAnswer, domain: string): Buffer {
  const isNegative = answer.answers.length === 0
  const rcode = answer.rcode === 'NXDOMAIN' ? NXDOMAIN : 0
  const flags = AUTHORITATIVE_ANSWER | ((query.flags ?? 0) & RECURSION_DESIRED) | RECURSION_AVAILABLE | rcode
  const additionals: Answer[] = [...answer.additionals]
  if (hasEdns(query)) additionals.push({ name: '.', type: 'OPT', udpPayloadSize: MAX_UDP_BYTES, flags: 0, data: [] })
  return encode({
    type: 'response',
    id: query.id,
    flags,
    questions: query.questions ?? [],
    answers: [...answer.answers],
    authorities: isNegative ? [startOfAuthority(query, domain)] : [],
    additionals,
  })
}

/** What lets a resolver remember that there is nothing (RFC 2308): for TTL_SECONDS. Of the zone that the name is in, as
 *  it says nothing of others. */
function startOfAuthority({ questions }: Query, domain: string): Answer {
  const isReverse = questions?.[0]?.name.toLowerCase().endsWith(REVERSE_SUFFIX)
  return {
    name: isReverse ? REVERSE_SUFFIX.slice(1) : domain,
    type: 'SOA',
    ttl: TTL_SECONDS,
    data: {
      mname: `ns.dns.${domain}`,
      rname: `hostmaster.${domain}`,
      serial: 1,
      refresh: 7200,
      retry: 1800,
      expire: 86_400,
      minimum: TTL_SECONDS,
    },
  }
}

/** The reply if it fits, else its question alone marked as truncated: the client asks again over TCP. */
export const fitInto = (limit: number, reply: Buffer, query: Query): Buffer =>
  reply.length <= limit ? reply : bareReply(query, reply.readUInt16BE(2) | TRUNCATED_BIT)

export const rcodeOf = (reply: Buffer): number => reply.readUInt16BE(2) & 0xf
export const isTruncated = (reply: Buffer): boolean => (reply.readUInt16BE(2) & TRUNCATED_BIT) !== 0

/** Where the TTLs of a message are, and the smallest of them. Throws RangeError on a malformed message. */
export function findTtls(message: Buffer): { offsets: number[]; minSeconds: number } {
  const offsets: number[] = []
  let minSeconds = Number.POSITIVE_INFINITY
  let at = HEADER_BYTES
  for (let left = message.readUInt16BE(4); left > 0; left--) at = skipName(message, at) + 4
  const recordCount = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10)
  for (let left = recordCount; left > 0; left--) {
    at = skipName(message, at)
    if (message.readUInt16BE(at) !== TYPE_OPT) {
      offsets.push(at + 4)
      minSeconds = Math.min(minSeconds, message.readUInt32BE(at + 4))
    }
    at += 10 + message.readUInt16BE(at + 8)
  }
  return { offsets, minSeconds }
}

function skipName(message: Buffer, start: number): number {
  for (let at = start; ; ) {
    const length = message.readUInt8(at)
    if (length === 0) return at + 1
    if ((length & 0xc0) === 0xc0) return at + 2
    at += 1 + length
  }
}
