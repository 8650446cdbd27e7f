/** A pod's ports on its own loopback address: connections to podIP:containerPort go on to the process' real port. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { errorMessage } from '../../lib/index.ts'
import { RuntimeError } from '../errors.ts'

export interface Forwarder extends AsyncDisposable {
  readonly port: number
}

export async function openForwarder(ip: string, port: number, target: () => number): Promise<Forwarder> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (incoming) => {
    const outgoing = connect({ host: '127.0.0.1', port: target(), allowHalfOpen: true })
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.once('close', () => sockets.delete(socket))
    }
    // Reset, not closed: the caller must see that nobody answered.
    incoming.once('error', () => outgoing.destroy())
    outgoing.once('error', () => incoming.resetAndDestroy())
    incoming.pipe(outgoing)
    outgoing.pipe(incoming)
  })
  await listen(server, ip, port)
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // Also one after the other later (no descriptor is left for a connection): none of them ends the engine.
    server.on('error', (error) =>
      reject(new RuntimeError('Failed', `cannot listen on the pod's address ${host}:${port}: ${errorMessage(error)}`)),
    )
    server.listen({ host, port, exclusive: true }, resolve)
  })
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await listen(server, '127.0.0.1', 0)
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new RuntimeError('Failed', 'no free port on 127.0.0.1')
  return address.port
}
