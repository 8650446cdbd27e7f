/** Sockets of the DNS server: one UDP and one TCP on the same address and port. */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { createServer, isIPv6, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { hasErrno } from '../../lib/index.ts'
import type { Resolver } from './resolver.ts'
import { readFrames, writeFrame } from './tcp-frames.ts'

export interface ListenAddress {
  address: string
  /** 0 takes a free one. */
  port: number
}

const TCP_IDLE_MS = 10_000
const MAX_TCP_CLIENTS = 256
/** A free TCP port may be taken for UDP; only asked for when the port is 0. */
const PORT_ATTEMPTS = 5

export interface Listener extends AsyncDisposable {
  readonly address: string
  readonly port: number
}

/** Throws the system's error (EADDRINUSE, EADDRNOTAVAIL, EACCES) when it cannot listen. */
export async function openListener(wanted: ListenAddress, resolver: Resolver): Promise<Listener> {
  for (let attempt = 1; ; attempt++) {
    await using opening = new AsyncDisposableStack()
    const stop = new AbortController()
    opening.defer(() => stop.abort())
    const tcp = await listenTcp(wanted, resolver, stop.signal, opening)
    const { port } = tcp.address() as { port: number }
    try {
      await listenUdp({ address: wanted.address, port }, resolver, stop.signal, opening)
    } catch (error) {
      if (wanted.port === 0 && attempt < PORT_ATTEMPTS && hasErrno(error, 'EADDRINUSE')) continue
      throw error
    }
    const stack = opening.move()
    return { address: wanted.address, port, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  }
}

async function listenTcp(
  { address, port }: ListenAddress,
  resolver: Resolver,
  signal: AbortSignal,
  stack: AsyncDisposableStack,
): Promise<Server> {
  const clients = new Set<Socket>()
  const server = createServer((socket) => {
    clients.add(socket)
    socket.on('close', () => clients.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.setTimeout(TCP_IDLE_MS, () => socket.destroy())
    void answerQueries(socket, resolver, signal)
  })
  server.maxConnections = MAX_TCP_CLIENTS
  server.listen(port, address)
  await once(server, 'listening')
  // An accept that fails (too many open files) is the client's to retry.
  server.on('error', () => {})
  stack.defer(async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const client of clients) client.destroy()
    await closed
  })
  return server
}

/** One after the other, and the next when the client has taken the last: an answer may be a thousand times its question,
 *  and is not kept for a client that only asks. Never rejects. */
async function answerQueries(socket: Socket, resolver: Resolver, signal: AbortSignal): Promise<void> {
  try {
    for await (const query of readFrames(socket)) {
      const reply = await resolver.resolve(query, 'tcp', signal)
      if (reply === undefined) break
      writeFrame(socket, reply)
      if (socket.writableNeedDrain) await once(socket, 'drain')
    }
  } catch {
    // It went.
    socket.destroy()
  }
}

async function listenUdp(
  { address, port }: ListenAddress,
  resolver: Resolver,
  signal: AbortSignal,
  stack: AsyncDisposableStack,
): Promise<UdpSocket> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  let isOpen = true
  socket.on('message', (query, from) => {
    void resolver.resolve(query, 'udp', signal).then((reply) => {
      if (isOpen && reply !== undefined) sendReply(socket, reply, from)
    })
  })
  socket.bind(port, address)
  try {
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw error
  }
  socket.on('error', () => {})
  stack.defer(async () => {
    isOpen = false
    await new Promise<void>((resolve) => socket.close(() => resolve()))
  })
  return socket
}

/** Whether it arrives is the client's to notice: UDP promises nothing. */
export function sendReply(socket: UdpSocket, reply: Buffer, to: Pick<RemoteInfo, 'address' | 'port'>): void {
  // Who sends from port 0 wants no answer (RFC 768), and `send` would throw.
  if (to.port !== 0) socket.send(reply, to.port, to.address, () => {})
}
