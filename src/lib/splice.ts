/** Two connections made one, for protocols that are passed on as they are. */
import type { Duplex } from 'node:stream'

/** Joins a client to a server until both connections have closed. What the server said before it ended, or died, the client
 *  still gets; a client that is gone takes the server's connection along, as `signal` does both. */
export async function splice(client: Duplex, server: Duplex, signal?: AbortSignal): Promise<void> {
  const stop = () => {
    client.destroy()
    server.destroy()
  }
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  for (const side of [client, server]) side.on('error', () => side.destroy())
  const clientClosed = closed(client)
  const serverClosed = closed(server)
  client.pipe(server)
  server.pipe(client)
  void clientClosed.then(() => server.destroy())
  void serverClosed.then(() => {
    // Nobody is there for what the client still says, but who reads nothing does not hear that it has gone.
    client.resume()
    return endAndClose(client)
  })
  await Promise.all([clientClosed, serverClosed])
  signal?.removeEventListener('abort', stop)
}

/** Resolves when what was written has been handed over, or cannot be any more; the stream is closed then. */
export async function endAndClose(stream: Duplex): Promise<void> {
  await new Promise((resolve) => stream.end(resolve))
  stream.destroy()
}

const closed = (stream: Duplex): Promise<void> =>
  new Promise((resolve) => (stream.closed ? resolve() : stream.once('close', resolve)))
