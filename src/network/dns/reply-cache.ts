/** Remembers what upstream said, as bytes, for as long as it allows and never over 30 s. */
import type { Clock } from '../../lib/index.ts'
import { findTtls, isTruncated, rcodeOf } from './message.ts'
import { cacheKeyOf, type Query } from './query.ts'

const MAX_SECONDS = 30
const MAX_ENTRIES = 2_000
/** Larger replies are rare and not worth the memory. */
const MAX_REPLY_BYTES = 4_096
const CACHEABLE_RCODES: readonly number[] = [0, 3]

interface Entry {
  reply: Buffer
  ttlOffsets: number[]
  storedAt: number
  expiresAt: number
}

export class ReplyCache {
  readonly #clock: Clock
  /** In order of use, the least recent first. */
  readonly #entries = new Map<string, Entry>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The reply with the query's id and aged TTLs. */
  get(query: Query): Buffer | undefined {
    const key = cacheKeyOf(query)
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    const now = this.#clock.now()
    if (entry.expiresAt <= now || now < entry.storedAt) return undefined
    this.#entries.set(key, entry)
    const reply = Buffer.from(entry.reply)
    reply.writeUInt16BE(query.id, 0)
    const ageSeconds = Math.floor((now - entry.storedAt) / 1_000)
    for (const offset of entry.ttlOffsets)
      reply.writeUInt32BE(Math.max(0, reply.readUInt32BE(offset) - ageSeconds), offset)
    return reply
  }

  put(query: Query, reply: Buffer): void {
    if (reply.length > MAX_REPLY_BYTES || isTruncated(reply) || !CACHEABLE_RCODES.includes(rcodeOf(reply))) return
    let ttls: { offsets: number[]; minSeconds: number }
    try {
      ttls = findTtls(reply)
    } catch {
      return
    }
    const seconds = Math.min(ttls.minSeconds, MAX_SECONDS)
    // A reply without any record says nothing about how long it holds.
    if (ttls.offsets.length === 0 || seconds <= 0) return
    const storedAt = this.#clock.now()
    this.#entries.set(cacheKeyOf(query), {
      reply: Buffer.from(reply),
      ttlOffsets: ttls.offsets,
      storedAt,
      expiresAt: storedAt + seconds * 1_000,
    })
    const oldest = this.#entries.keys().next()
    if (this.#entries.size > MAX_ENTRIES && !oldest.done) this.#entries.delete(oldest.value)
  }
}
