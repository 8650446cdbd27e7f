/** A WebSocket to the Kubernetes API, with the identity that requests have. */
import { once } from 'node:events'
import type { WebSocket } from 'ws'
import type { HttpsExchangeOptions } from '../https-exchange.ts'
import { refusal } from './refusal.ts'

export interface WebSocketOptions {
  connection: HttpsExchangeOptions
  /** With its query. */
  path: string
  protocol: string
}

/** Resolves to an open socket that is paused, so that nothing is lost before somebody listens. Throws ApiError when the
 *  server refuses. */
export async function connectWebSocket({ connection, path, protocol }: WebSocketOptions): Promise<WebSocket> {
  const url = `${connection.server.replace(/^http/, 'ws')}${path}`
  // Only who streams pays for it.
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(url, protocol, {
    ...(connection.caPem && { ca: connection.caPem }),
    ...(connection.certPem && { cert: connection.certPem }),
    ...(connection.keyPem && { key: connection.keyPem }),
    ...(connection.token && { headers: { authorization: `Bearer ${connection.token}` } }),
    perMessageDeflate: false,
  })
  const refused = new Promise<never>((_, reject) => {
    socket.once('unexpected-response', (_request, response) => void refusal(response).then(reject, reject))
  })
  socket.once('open', () => socket.pause())
  await Promise.race([once(socket, 'open'), refused])
  return socket
}
