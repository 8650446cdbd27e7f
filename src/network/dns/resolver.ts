/** One query to one reply: the cluster's names from the zone, the rest from the cache or upstream. */
import { randomInt } from 'node:crypto'
import { decode } from 'dns-packet'
import type { Forwarder, Transport } from './forwarder.ts'
import { fitInto, isTruncated, rcodeOf, serverFailure, zoneReply } from './message.ts'
import { parseQuery, type Query, queryForUpstream, questionAbout, udpLimit } from './query.ts'
import type { ReplyCache } from './reply-cache.ts'
import { answerFromZone } from './zone.ts'
import type { Zone, ZoneAnswer } from './zone-answer.ts'

export interface Resolver {
  /** Never rejects. Undefined: say nothing. */
  resolve(query: Buffer, transport: Transport, signal: AbortSignal): Promise<Buffer | undefined>
}

const RCODES_OF_TARGETS: ReadonlyMap<number, ZoneAnswer['rcode']> = new Map([
  [0, 'NOERROR'],
  [3, 'NXDOMAIN'],
])

export function createResolver(options: { zone: Zone; forwarder: Forwarder; cache: ReplyCache }): Resolver {
  const { zone, forwarder, cache } = options

  async function forward(query: Query, transport: Transport, signal: AbortSignal): Promise<Buffer> {
    const known = cache.get(query)
    if (known !== undefined) return known
    const name = query.questions?.[0]?.name ?? ''
    const reply = await forwarder.ask(name, queryForUpstream(query), transport, signal)
    if (reply !== undefined) cache.put(query, reply)
    return reply ?? serverFailure(query)
  }

  /** Completes a CNAME that leaves the cluster with what the world says of its target (RFC 6604: whether there is such a
   *  name, too). Undefined: it says nothing. */
  async function chase(answer: ZoneAnswer, name: string, type: string, signal: AbortSignal) {
    const parsed = parseQuery(questionAbout(name, type, randomInt(0x1_0000)))
    if ('reply' in parsed) return undefined
    let reply = await forward(parsed.query, 'udp', signal)
    if (isTruncated(reply)) reply = await forward(parsed.query, 'tcp', signal)
    const rcode = RCODES_OF_TARGETS.get(rcodeOf(reply))
    return rcode && { ...answer, rcode, answers: [...answer.answers, ...(decode(reply).answers ?? [])] }
  }

  async function answer(bytes: Buffer, transport: Transport, signal: AbortSignal): Promise<Buffer | undefined> {
    const parsed = parseQuery(bytes)
    if ('reply' in parsed) return parsed.reply
    const { query } = parsed
    const question = query.questions?.[0]
    if (question === undefined) return undefined
    const limit = transport === 'udp' ? udpLimit(query) : 0xffff
    const own = question.class === 'IN' || question.class === undefined ? answerFromZone(zone, question) : undefined
    if (own === undefined) return fitInto(limit, await forward(query, transport, signal), query)
    const whole = own.chase === undefined ? own : await chase(own, own.chase, question.type, signal)
    return whole === undefined ? serverFailure(query) : fitInto(limit, zoneReply(query, whole, zone.domain), query)
  }

  return {
    async resolve(bytes, transport, signal) {
      try {
        return await answer(bytes, transport, signal)
      } catch {
        // An upstream that speaks nonsense, or a record of the cluster that cannot be put into a DNS message.
        const parsed = parseQuery(bytes)
        return 'query' in parsed ? serverFailure(parsed.query) : undefined
      }
    },
  }
}
