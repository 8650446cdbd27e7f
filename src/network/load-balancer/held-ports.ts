/** The node's ports that load balancers have. Each is held by a socket: traffic is translated before it gets there, but a
 *  program that wants the port hears that it is taken, and one that has it already keeps its traffic. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { hasErrno } from '../../lib/index.ts'
import { type Claim, describeClaim } from './claims.ts'

const LOOPBACK = '127.0.0.1'

interface Holding {
  readonly address: string
  /** What is held at `address`, and at 127.0.0.1 where it is free there. */
  readonly sockets: Map<string, AsyncDisposable>
}

export class HeldPorts implements AsyncDisposable {
  readonly #holdings = new Map<string, Holding>()
  readonly #handlers = new Set<() => void>()

  /** Calls `handler` when a port of 127.0.0.1 is held or let go. */
  onChange(handler: () => void): void {
    this.#handlers.add(handler)
  }

  /** Whether a Service (`namespace/name`) has all it claims at `address`. */
  holds(service: string, address: string, claims: readonly Claim[]): boolean {
    const holding = this.#holdings.get(service)
    return holding?.address === address && claims.every((claim) => holding.sockets.has(nameOf(address, claim)))
  }

  /** Whether the Service answers at this port of 127.0.0.1. */
  hasLoopback(service: string, claim: Claim): boolean {
    return this.#holdings.get(service)?.sockets.has(nameOf(LOOPBACK, claim)) === true
  }

  /** Takes all that is claimed and lets go of the rest. Resolves to why not, in words; nothing is held then. */
  async hold(service: string, address: string, claims: readonly Claim[]): Promise<string | undefined> {
    const before = this.#holdings.get(service)?.sockets ?? new Map<string, AsyncDisposable>()
    const sockets = new Map<string, AsyncDisposable>()
    this.#holdings.set(service, { address, sockets })
    for (const claim of claims) {
      for (const at of new Set([address, LOOPBACK])) {
        const name = nameOf(at, claim)
        const socket = before.get(name) ?? (await bind(at, claim))
        before.delete(name)
        if (socket !== undefined) sockets.set(name, socket)
        else if (at === address) {
          for (const [other, kept] of before) sockets.set(other, kept)
          await this.release(service)
          return `${describeClaim(claim)} of ${address} is in use by another program of this machine`
        }
      }
    }
    for (const socket of before.values()) await socket[Symbol.asyncDispose]()
    this.#changed()
    return undefined
  }

  async release(service: string): Promise<void> {
    const holding = this.#holdings.get(service)
    if (holding === undefined) return
    this.#holdings.delete(service)
    for (const socket of holding.sockets.values()) await socket[Symbol.asyncDispose]()
    this.#changed()
  }

  #changed(): void {
    for (const handler of this.#handlers) handler()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#handlers.clear()
    for (const service of this.#holdings.keys()) await this.release(service)
  }
}

const nameOf = (address: string, { protocol, port }: Claim): string => `${address} ${protocol} ${port}`

/** Undefined when it is taken. SCTP cannot be bound from here: nobody is asked. */
async function bind(address: string, { protocol, port }: Claim): Promise<AsyncDisposable | undefined> {
  try {
    if (protocol === 'SCTP') return { [Symbol.asyncDispose]: async () => {} }
    return await (protocol === 'UDP' ? bindUdp(address, port) : listenTcp(address, port))
  } catch (error) {
    if (hasErrno(error, 'EADDRINUSE') || hasErrno(error, 'EACCES') || hasErrno(error, 'EADDRNOTAVAIL')) return undefined
    throw error
  }
}

async function listenTcp(host: string, port: number): Promise<AsyncDisposable> {
  // Only what came before the rules were there gets this far.
  const server = createServer((socket) => socket.resetAndDestroy())
  server.listen({ host, port, exclusive: true })
  await once(server, 'listening')
  return {
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function bindUdp(address: string, port: number): Promise<AsyncDisposable> {
  const socket = createSocket('udp4')
  socket.bind({ address, port, exclusive: true })
  try {
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw error
  }
  return { [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())) }
}
