/** From the head of a backend's answer to its end: the two ways in which bytes go on to the client. */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { HeaderChanges } from '../table/table.ts'
import { responseHeaders } from './headers.ts'

type Changes = readonly (HeaderChanges | undefined)[]

/** Sends the answer on; resolves when it ended or either side went away. An answer that breaks off breaks off for the
 *  client too, so that it is not taken for a whole one. */
export function streamResponse(
  upstream: ClientRequest,
  answer: IncomingMessage,
  client: ServerResponse,
  changes: Changes,
): Promise<void> {
  return new Promise((resolve) => {
    const headers = responseHeaders(answer, changes)
    client.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', headers)
    client.on('close', () => {
      if (!answer.complete || !upstream.writableFinished) upstream.destroy()
      resolve()
    })
    client.on('error', () => upstream.destroy())
    answer.on('error', () => client.destroy())
    answer.on('close', () => {
      if (!answer.complete) client.destroy()
    })
    answer.on('end', () => {
      if (answer.rawTrailers.length > 0) client.addTrailers(trailerPairs(answer.rawTrailers))
      client.end()
    })
    answer.pipe(client, { end: false })
    // An event stream's head must not wait for its first event.
    if (answer.headers['content-length'] === undefined)
      setImmediate(() => {
        if (!client.writableEnded && !client.destroyed) client.flushHeaders()
      })
  })
}

export function trailerPairs(flat: readonly string[]): [string, string][] {
  const result: [string, string][] = []
  for (let i = 0; i < flat.length; i += 2) result.push([flat[i] as string, flat[i + 1] as string])
  return result
}

export interface TunnelEnds {
  readonly answer: IncomingMessage
  readonly backend: Socket
  /** What the backend sent right after the head of its answer. */
  readonly backendHead: Buffer
  readonly client: Socket
  readonly clientHead: Buffer
}

/** Joins two connections after `101 Switching Protocols`; resolves when both are closed. */
export async function joinTunnel(ends: TunnelEnds, changes: Changes): Promise<void> {
  const { answer, backend, client } = ends
  const headers = responseHeaders(answer, changes)
  headers.push('Connection', 'Upgrade', 'Upgrade', answer.headers.upgrade ?? '')
  let head = `HTTP/1.1 101 ${answer.statusMessage || 'Switching Protocols'}\r\n`
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`
  const closed = Promise.all([onceClosed(backend), onceClosed(client)])
  for (const [from, to] of [
    [backend, client],
    [client, backend],
  ] as const) {
    from.setTimeout(0)
    from.setNoDelay(true)
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroySoon())
  }
  client.write(`${head}\r\n`, 'latin1')
  if (ends.backendHead.length > 0) client.write(ends.backendHead)
  if (ends.clientHead.length > 0) backend.write(ends.clientHead)
  backend.pipe(client)
  client.pipe(backend)
  await closed
}

function onceClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())))
}
