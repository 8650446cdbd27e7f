/** A request of the kubelet's port, and its answer: first whether it may be asked, then what the kubelet says. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { TLSSocket } from 'node:tls'
import type { ApiRequest, ApiResponse, Exchange } from '../../api/index.ts'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import { isStreamRequest } from '../streaming/exchange.ts'
import type { Guard } from './access/guard.ts'
import { peerUser } from './access/peer-user.ts'
import { plainText } from './plain-text.ts'
import { requestTarget } from './request-target.ts'

export interface Service {
  clock: Clock
  logger: Logger
  guard: Guard
  exchange: Exchange
}

export interface Asked {
  /** Whether the connection is to go on in another protocol. */
  upgrade: boolean
  /** Aborts when the caller has gone. */
  signal: AbortSignal
}

/** Never rejects. */
export async function answer(
  service: Service,
  incoming: IncomingMessage,
  { upgrade, signal }: Asked,
): Promise<ApiResponse> {
  const { method = '', headers } = incoming
  const target = requestTarget(incoming.url ?? '')
  if (target === undefined) return plainText(400, 'Bad Request\n')
  const certificate = peerUser(incoming.socket as TLSSocket, service.clock.now())
  const refusal = await service.guard({ method, path: target.path, certificate, authorization: headers.authorization })
  if (refusal !== undefined) return refusal
  if (!upgrade && isStreamRequest(target)) return plainText(400, 'Upgrade request required\n')
  try {
    return await service.exchange({
      method: method as ApiRequest['method'],
      url: target.url,
      headers: {},
      remoteAddress: incoming.socket.remoteAddress,
      body: '',
      signal,
    })
  } catch (error) {
    if (!signal.aborted) service.logger.warn({ path: target.path, error: errorMessage(error) }, 'a request failed')
    return plainText(500, `Internal Error: ${errorMessage(error)}`)
  }
}

/** Never rejects. */
export async function serveRequest(
  service: Service,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  outgoing.on('error', () => outgoing.destroy())
  await respond(outgoing, await answer(service, incoming, { upgrade: false, signal: gone.signal }), service.logger)
}

/** Resolves when all is written, or the reader has gone. */
export async function respond(
  outgoing: ServerResponse,
  { status, headers, body }: ApiResponse,
  logger: Logger,
): Promise<void> {
  const { req: incoming } = outgoing
  // Bodies are not read: what is still to come would be taken for the next request.
  const unread = incoming.headers['transfer-encoding'] !== undefined || Number(incoming.headers['content-length']) > 0
  const whole = typeof body === 'string' || body instanceof Uint8Array
  outgoing.writeHead(status, {
    'cache-control': 'no-cache, private',
    ...headers,
    ...(whole && { 'content-length': Buffer.byteLength(body) }),
    ...(unread && { connection: 'close' }),
  })
  if (whole) return void outgoing.end(body)
  outgoing.flushHeaders()
  try {
    await pipeline(Readable.from(body), outgoing)
  } catch (error) {
    // The reader went, or what makes the chunks failed: a cut stream is the only thing left to say.
    if (!outgoing.closed) logger.debug({ error: errorMessage(error) }, 'an answer was cut short')
    outgoing.destroy()
  }
}
