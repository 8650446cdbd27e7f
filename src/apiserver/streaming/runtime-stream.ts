/** Connects to a stream that a container runtime has opened: an HTTP request that is upgraded to SPDY or to a WebSocket.
 *  Source: k8s.io/kubelet v0.34, pkg/cri/streaming (server.go). */
import { type IncomingMessage, request as httpRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { apiError } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'

export const SPDY = 'SPDY/3.1'

export interface RuntimeStream {
  response: IncomingMessage
  socket: Duplex
  /** What came after the response. */
  head: Buffer
}

const MAX_COMPLAINT = 10_000

export interface RuntimeStreamOptions {
  /** Default POST; a WebSocket begins with a GET. */
  method?: 'GET' | 'POST'
  /** Of the upgrade: to SPDY, where they name nothing else. */
  headers: Record<string, string | string[]>
  signal: AbortSignal
}

/** Throws ApiError `InternalError`. */
export function openRuntimeStream(
  url: string,
  { method = 'POST', headers, signal }: RuntimeStreamOptions,
): Promise<RuntimeStream> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, {
      method,
      headers: {
        connection: 'Upgrade',
        upgrade: SPDY,
        ...headers,
        ...(method === 'POST' && { 'content-length': '0' }),
      },
      agent: false,
      signal,
    })
    const fail = (why: string, cause?: unknown) =>
      reject(apiError('InternalError', `Internal error occurred: error dialing backend: ${why}`, { cause }))
    outgoing.once('error', (error) => fail(errorMessage(error), error))
    outgoing.once('upgrade', (response, socket, head) => resolve({ response, socket, head }))
    outgoing.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (text.length < MAX_COMPLAINT) text += chunk
      })
      response.once('close', () => fail(text.trim() || `the runtime answered ${response.statusCode}`))
    })
    outgoing.end()
  })
}
