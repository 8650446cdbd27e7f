/** DNS queries as bytes: reading them without trust, and asking them of others. Source: RFC 1035 section 4, RFC 6891
 *  (EDNS). */
import { decode, encode, type Packet, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet'

export const HEADER_BYTES = 12
export const RESPONSE_BIT = 0x8000
/** Without EDNS a client takes no more over UDP; with it, we send no more than fits a packet on any path. */
const PLAIN_UDP_BYTES = 512
export const MAX_UDP_BYTES = 1232
export const TYPE_OPT = 41
const OPCODE_BITS = 0x7800
/** RD, AD and CD: what a query wants of its answer. */
const ASKING_BITS = 0x0130
const DNSSEC_OK = 0x8000
const MOST_LABEL_BYTES = 63
/** In a query: answers; authorities (a zone transfer has one); additionals (EDNS, a signature). */
const MOST_RECORDS = [0, 1, 3]

export interface Query extends Packet {
  id: number
  /** As it came, byte for byte: names as text do not tell a dot within a label from one between two. */
  question: Buffer
}

/** A query that can be understood; `reply` is what to send for one that cannot, undefined when silence is best. */
export type ParsedQuery = { query: Query } | { reply: Buffer | undefined }

export function parseQuery(bytes: Buffer): ParsedQuery {
  // Answering a response would let two servers talk to each other for ever.
  if (bytes.length < HEADER_BYTES || (bytes.readUInt16BE(2) & RESPONSE_BIT) !== 0) return { reply: undefined }
  if ((bytes.readUInt16BE(2) & OPCODE_BITS) !== 0) return { reply: errorReply(bytes, 'NOTIMP') }
  // Before anything is read: the header may announce four times 65535 records that are not there.
  if (bytes.readUInt16BE(4) !== 1 || MOST_RECORDS.some((most, at) => bytes.readUInt16BE(6 + 2 * at) > most))
    return { reply: errorReply(bytes, 'FORMERR') }
  try {
    const query = decode(bytes)
    if (query.questions?.length !== 1) return { reply: errorReply(bytes, 'FORMERR') }
    return { query: { ...query, id: bytes.readUInt16BE(0), question: questionOf(bytes) } }
  } catch {
    return { reply: errorReply(bytes, 'FORMERR') }
  }
}

/** The one question of a query. Throws RangeError where it does not end, or points elsewhere: there is nothing before it
 *  to point at. */
export function questionOf(query: Buffer): Buffer {
  let end = HEADER_BYTES
  for (let length = query.readUInt8(end); length > 0; length = query.readUInt8(end)) {
    if (length > MOST_LABEL_BYTES) throw new RangeError('the name in the question is compressed')
    end += 1 + length
  }
  query.readUInt32BE(end + 1)
  return query.subarray(HEADER_BYTES, end + 5)
}

/** A query of our own. */
export const questionAbout = (name: string, type: string, id: number): Buffer =>
  encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name, type }] })

/** What is asked upstream in a query's stead: the same question. Options of EDNS are between neighbours (RFC 6891, 6.1.1;
 *  a cookie is of one client and one server) and stay here. */
export function queryForUpstream(query: Query): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(query.id, 0)
  header.writeUInt16BE((query.flags ?? 0) & ASKING_BITS, 2)
  header.writeUInt16BE(1, 4)
  if (!hasEdns(query)) return Buffer.concat([header, query.question])
  header.writeUInt16BE(1, 10)
  const edns = Buffer.alloc(11)
  edns.writeUInt16BE(TYPE_OPT, 1)
  edns.writeUInt16BE(MAX_UDP_BYTES, 3)
  edns.writeUInt16BE(dnssecBits(query) & DNSSEC_OK, 7)
  return Buffer.concat([header, query.question, edns])
}

/** Queries with the same text get the same reply: the question, and the bits that change what is in it. */
export const cacheKeyOf = (query: Query): string =>
  `${query.question.toString('latin1')} ${(query.flags ?? 0) & ASKING_BITS} ${dnssecBits(query)}`

/** -1 without EDNS. */
function dnssecBits(query: Packet): number {
  const edns = ednsOf(query)
  return edns === undefined ? -1 : (edns.flags ?? 0) & DNSSEC_OK
}

const ednsOf = (query: Packet) => (query.additionals ?? []).find((record) => record.type === 'OPT')
export const hasEdns = (query: Packet): boolean => ednsOf(query) !== undefined

/** How large a UDP reply to this query may be, in bytes. */
export function udpLimit(query: Packet): number {
  return Math.min(MAX_UDP_BYTES, Math.max(PLAIN_UDP_BYTES, ednsOf(query)?.udpPayloadSize ?? PLAIN_UDP_BYTES))
}

const RCODES = { FORMERR: 1, SERVFAIL: 2, NOTIMP: 4 } as const

/** A bare header: the query's id and opcode, and the error. */
export function errorReply(query: Buffer, rcode: keyof typeof RCODES): Buffer {
  const reply = Buffer.alloc(HEADER_BYTES)
  query.copy(reply, 0, 0, 2)
  const flags = query.readUInt16BE(2)
  reply.writeUInt16BE(RESPONSE_BIT | (flags & 0x7900) | RECURSION_AVAILABLE | RCODES[rcode], 2)
  return reply
}
