/** Asks the world. A query goes out over the transport it came in by, with an id and a port of its own (RFC 5452), to
 *  one upstream after another until one answers. */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { rcodeOf } from './message.ts'
import { questionOf } from './query.ts'
import type { Upstream, Upstreams } from './resolv-conf.ts'
import { readFrames, writeFrame } from './tcp-frames.ts'

export type Transport = 'udp' | 'tcp'

const TIMEOUT_MS: Readonly<Record<Transport, number>> = { udp: 2_000, tcp: 4_000 }
/** Queries under way at once; above it the caller is told to try later, rather than the process to run out of ports. */
const MAX_IN_FLIGHT = 512

export interface Forwarder {
  /** The reply with the query's own id, or undefined when no upstream gave any in time. */
  ask(name: string, query: Buffer, transport: Transport, signal: AbortSignal): Promise<Buffer | undefined>
}

export function createForwarder(upstreams: Upstreams): Forwarder {
  let inFlight = 0
  return {
    async ask(name, query, transport, signal) {
      if (inFlight >= MAX_IN_FLIGHT) return undefined
      inFlight++
      try {
        for (const upstream of await upstreams(name)) {
          if (signal.aborted) return undefined
          const reply = await askOne(query, upstream, transport, signal)
          if (reply !== undefined && !isRefusal(reply)) return reply
        }
        return undefined
      } finally {
        inFlight--
      }
    },
  }
}

/** SERVFAIL, NOTIMP, REFUSED: another upstream may know better. */
const isRefusal = (reply: Buffer): boolean => [2, 4, 5].includes(rcodeOf(reply))

async function askOne(
  query: Buffer,
  upstream: Upstream,
  transport: Transport,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const own = Buffer.from(query)
  own.writeUInt16BE(randomInt(0x1_0000), 0)
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS[transport])])
  const reply = await (transport === 'udp' ? askOverUdp : askOverTcp)(own, upstream, deadline)
  if (reply !== undefined) query.copy(reply, 0, 0, 2)
  return reply
}

/** An answer to this very query: its id and its question, byte for byte apart from case. */
function isReplyTo(query: Buffer, reply: Buffer): boolean {
  if (reply.length < 12 || reply.readUInt16BE(0) !== query.readUInt16BE(0)) return false
  if ((reply.readUInt16BE(2) & 0x8000) === 0) return false
  const question = questionOf(query)
  // A server that could not read the query may leave the question out.
  if (reply.readUInt16BE(4) === 0) return rcodeOf(reply) !== 0
  const repeated = reply.subarray(12, 12 + question.length)
  return repeated.toString('latin1').toLowerCase() === question.toString('latin1').toLowerCase()
}

function askOverUdp(query: Buffer, { address, port }: Upstream, deadline: AbortSignal): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address.split('%')[0] ?? '') ? 'udp6' : 'udp4')
    const finish = (reply?: Buffer) => {
      deadline.removeEventListener('abort', onAbort)
      socket.removeAllListeners()
      // A late ICMP error must not bring the process down.
      socket.on('error', () => {})
      socket.close()
      resolve(reply)
    }
    const onAbort = () => finish()
    deadline.addEventListener('abort', onAbort)
    if (deadline.aborted) return finish()
    socket.on('error', onAbort)
    socket.on('message', (reply) => {
      if (isReplyTo(query, reply)) finish(reply)
    })
    // Connected: the kernel drops packets from anyone else and reports a closed port at once. `connect` gets no callback:
    // where there is no route, that would be called in place of 'error'.
    socket.on('connect', () => socket.send(query))
    socket.connect(port, address)
  })
}

async function askOverTcp(
  query: Buffer,
  { address, port }: Upstream,
  deadline: AbortSignal,
): Promise<Buffer | undefined> {
  const socket = connect({ host: address, port })
  socket.on('error', () => {})
  const onAbort = () => socket.destroy()
  deadline.addEventListener('abort', onAbort)
  if (deadline.aborted) onAbort()
  try {
    writeFrame(socket, query)
    for await (const reply of readFrames(socket)) if (isReplyTo(query, reply)) return reply
  } catch {
    // Nobody there, gone before the answer, or too late.
  } finally {
    deadline.removeEventListener('abort', onAbort)
    socket.destroy()
  }
  return undefined
}
