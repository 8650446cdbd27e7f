/** A SPDY/3.1 connection to a streaming subresource of the Kubernetes API, with the identity that requests have. */
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { Duplex } from 'node:stream'
import { SpdyClient } from '../../spdy/index.ts'
import type { HttpsExchangeOptions } from '../https-exchange.ts'
import { refusal } from './refusal.ts'

export interface SpdyOptions {
  connection: HttpsExchangeOptions
  /** With its query. */
  path: string
  /** What is spoken on the streams. */
  protocol: string
}

/** Throws ApiError when the server refuses, the system's error when it cannot be reached. */
export function connectSpdy({ connection, path, protocol }: SpdyOptions): Promise<SpdyClient> {
  const { hostname, port } = new URL(connection.server)
  return new Promise((resolve, reject) => {
    const upgrade = request({
      host: hostname,
      port: port || 443,
      path,
      method: 'POST',
      // A connection of its own: nobody else may have it afterwards.
      agent: false,
      ...(connection.caPem && { ca: connection.caPem }),
      ...(connection.certPem && { cert: connection.certPem }),
      ...(connection.keyPem && { key: connection.keyPem }),
      headers: {
        connection: 'Upgrade',
        upgrade: 'SPDY/3.1',
        'x-stream-protocol-version': protocol,
        ...(connection.token && { authorization: `Bearer ${connection.token}` }),
      },
    })
    upgrade.once('upgrade', (_: IncomingMessage, socket: Duplex, head: Buffer) => resolve(new SpdyClient(socket, head)))
    upgrade.once('response', (response) => void refusal(response).then(reject, reject))
    upgrade.once('error', reject)
    upgrade.end()
  })
}
