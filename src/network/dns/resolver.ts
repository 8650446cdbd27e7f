/** One query to one reply: the cluster's names from the zone, the rest from the cache or upstream. */
import { randomInt } from 'node:crypto'
import { type Answer, decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet'
import type { Forwarder, Transport } from './forwarder.ts'
import { failure, fitInto, parseQuery, udpLimit, zoneReply } from './message.ts'
import type { ReplyCache } from './reply-cache.ts'
import { answerFromZone } from './zone.ts'
import type { Zone, ZoneAnswer } from './zone-answer.ts'

export interface Resolver {
  /** Never rejects. Undefined: say nothing. */
  resolve(query: Buffer, transport: Transport, signal: AbortSignal): Promise<Buffer | undefined>
}

export function createResolver(options: { zone: Zone; forwarder: Forwarder; cache: ReplyCache }): Resolver {
  const { zone, forwarder, cache } = options

  async function forward(query: Packet & { id: number }, bytes: Buffer, transport: Transport, signal: AbortSignal) {
    const known = cache.get(query)
    if (known !== undefined) return known
    const reply = await forwarder.ask(query.questions?.[0]?.name ?? '', bytes, transport, signal)
    if (reply !== undefined) cache.put(query, reply)
    return reply ?? failure(query, 'SERVFAIL')
  }

  /** Completes a CNAME that leaves the cluster with what the world says of its target. */
  async function chase(answer: ZoneAnswer, name: string, type: string, signal: AbortSignal): Promise<ZoneAnswer> {
    const id = randomInt(0x1_0000)
    const bytes = encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name, type }] })
    const reply = await forward({ ...decode(bytes), id }, bytes, 'tcp', signal)
    const found: Answer[] = decode(reply).answers ?? []
    return { ...answer, answers: [...answer.answers, ...found] }
  }

  async function answer(bytes: Buffer, transport: Transport, signal: AbortSignal): Promise<Buffer | undefined> {
    const parsed = parseQuery(bytes)
    if ('reply' in parsed) return parsed.reply
    const { query } = parsed
    const question = query.questions?.[0]
    if (question === undefined) return undefined
    const limit = transport === 'udp' ? udpLimit(query) : 0xffff
    const own = question.class === 'IN' || question.class === undefined ? answerFromZone(zone, question) : undefined
    if (own === undefined) return fitInto(limit, await forward(query, bytes, transport, signal), query)
    const whole = own.chase === undefined ? own : await chase(own, own.chase, question.type, signal)
    return fitInto(limit, zoneReply(query, whole, zone.domain), query)
  }

  return {
    async resolve(bytes, transport, signal) {
      try {
        return await answer(bytes, transport, signal)
      } catch {
        // An upstream that speaks nonsense, or a record of the cluster that cannot be put into a DNS message.
        const parsed = parseQuery(bytes)
        return 'query' in parsed ? failure(parsed.query, 'SERVFAIL') : undefined
      }
    },
  }
}
