/** DNS messages as bytes: reading a header without trust, building replies, cutting them to size, ageing TTLs.
 *  Source: RFC 1035 section 4, RFC 2181, RFC 6891 (EDNS). */
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
} from 'dns-packet'
import type { ZoneAnswer } from './zone-answer.ts'
import { TTL_SECONDS } from './records.ts'

const HEADER_BYTES = 12
const TRUNCATED_BIT = 0x0200
/** Without EDNS a client takes no more over UDP; with it, we send no more than fits a packet on any path. */
const PLAIN_UDP_BYTES = 512
const MAX_UDP_BYTES = 1232
const TYPE_OPT = 41
const OPCODE_BITS = 0x7800
/** In a query: answers; authorities (a zone transfer has one); additionals (EDNS, a signature). */
const MOST_RECORDS = [0, 1, 3]

/** A query that can be understood; `reply` is what to send for one that cannot, undefined when silence is best. */
export type ParsedQuery = { query: Packet & { id: number } } | { reply: Buffer | undefined }

export function parseQuery(bytes: Buffer): ParsedQuery {
  // Answering a response would let two servers talk to each other for ever.
  if (bytes.length < HEADER_BYTES || (bytes.readUInt16BE(2) & 0x8000) !== 0) return { reply: undefined }
  if ((bytes.readUInt16BE(2) & OPCODE_BITS) !== 0) return { reply: errorReply(bytes, 'NOTIMP') }
  // Before anything is read: the header may announce four times 65535 records that are not there.
  if (bytes.readUInt16BE(4) !== 1 || MOST_RECORDS.some((most, at) => bytes.readUInt16BE(6 + 2 * at) > most))
    return { reply: errorReply(bytes, 'FORMERR') }
  try {
    const query = decode(bytes)
    if (query.questions?.length !== 1) return { reply: errorReply(bytes, 'FORMERR') }
    return { query: { ...query, id: bytes.readUInt16BE(0) } }
  } catch {
    return { reply: errorReply(bytes, 'FORMERR') }
  }
}

const RCODES = { FORMERR: 1, SERVFAIL: 2, NOTIMP: 4 } as const

/** A bare header: the query's id and opcode, and the error. */
export function errorReply(query: Buffer, rcode: keyof typeof RCODES): Buffer {
  const reply = Buffer.alloc(HEADER_BYTES)
  query.copy(reply, 0, 0, 2)
  const flags = query.readUInt16BE(2)
  reply.writeUInt16BE(0x8000 | (flags & 0x7900) | RECURSION_AVAILABLE | RCODES[rcode], 2)
  return reply
}

/** An error with the question repeated, which resolvers want to see. */
export function failure(query: Packet & { id: number }, rcode: 'SERVFAIL'): Buffer {
  const flags = ((query.flags ?? 0) & RECURSION_DESIRED) | RECURSION_AVAILABLE | RCODES[rcode]
  return encode({ type: 'response', id: query.id, flags, questions: query.questions ?? [] })
}

export function zoneReply(query: Packet & { id: number }, answer: ZoneAnswer, domain: string): Buffer {
  const isNegative = answer.answers.length === 0
  const rcode = answer.rcode === 'NXDOMAIN' ? 3 : 0
  const flags = AUTHORITATIVE_ANSWER | ((query.flags ?? 0) & RECURSION_DESIRED) | RECURSION_AVAILABLE | rcode
  const additionals: Answer[] = [...answer.additionals]
  if (hasEdns(query)) additionals.push({ name: '.', type: 'OPT', udpPayloadSize: MAX_UDP_BYTES, flags: 0, data: [] })
  return encode({
    type: 'response',
    id: query.id,
    flags,
    questions: query.questions ?? [],
    answers: [...answer.answers],
    authorities: isNegative ? [startOfAuthority(domain)] : [],
    additionals,
  })
}

/** What lets a resolver remember that there is nothing (RFC 2308): for TTL_SECONDS. */
function startOfAuthority(domain: string): Answer {
  return {
    name: domain,
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

const hasEdns = (query: Packet): boolean => (query.additionals ?? []).some((record) => record.type === 'OPT')

/** How large a UDP reply to this query may be, in bytes. */
export function udpLimit(query: Packet): number {
  const edns = (query.additionals ?? []).find((record) => record.type === 'OPT')
  return Math.min(MAX_UDP_BYTES, Math.max(PLAIN_UDP_BYTES, edns?.udpPayloadSize ?? PLAIN_UDP_BYTES))
}

/** The reply if it fits, else its question alone marked as truncated: the client asks again over TCP. */
export function fitInto(limit: number, reply: Buffer, query: Packet & { id: number }): Buffer {
  if (reply.length <= limit) return reply
  const flags = (reply.readUInt16BE(2) & 0x7fff) | TRUNCATED_BIT
  return encode({ type: 'response', id: query.id, flags, questions: query.questions ?? [] })
}

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
