/** The server's socket: TLS with client certificates, HTTP/2 and HTTP/1.1 on one port. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type ServerHttp2Session,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ApiRequest, ApiResponse, UserInfo } from '../../api/index.ts'
import { type Clock, errorMessage, hasErrno, type Logger } from '../../lib/index.ts'
import type { KeyPair } from '../certificates/issue.ts'
import { toApiError } from '../server/failure.ts'
import { JSON_TYPE, respondStatus } from '../server/response.ts'
import { bodyText, isProtobuf } from './body-text.ts'
import { peerUser } from './peer-user.ts'
import { readBody } from './read-body.ts'
import { writeResponse } from './write-response.ts'

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])
/** One connection of an informer-heavy client carries a watch per kind. */
const MAX_STREAMS = 1000
const KEEP_ALIVE_MS = 120_000
/** How long requests in hand may take after the server was told to stop. */
const CLOSE_GRACE_MS = 500

export interface HttpsFrontOptions {
  host: string
  /** 0: any free port. */
  port: number
  pair: KeyPair
  caPem: string
  logger: Logger
  clock: Clock
  /** `certificate`: whom the client certificate names. */
  handle: (request: ApiRequest, certificate: UserInfo | undefined) => Promise<ApiResponse>
}

export interface HttpsFront extends AsyncDisposable {
  host: string
  port: number
  /** New connections get this certificate. */
  useCertificate(pair: KeyPair): void
}

type Incoming = IncomingMessage | Http2ServerRequest

/** Throws an Error that says why the address cannot be listened on. */
export async function openHttpsFront(options: HttpsFrontOptions): Promise<HttpsFront> {
  const server = createSecureServer({
    ...secureContext(options.pair),
    ca: options.caPem,
    allowHTTP1: true,
    requestCert: true,
    // Who has no certificate is told so in an answer; a failed handshake says nothing.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    settings: { maxConcurrentStreams: MAX_STREAMS },
  })
  // An HTTP/2 response has the methods of an HTTP/1 one that are used here.
  server.on(
    'request',
    (incoming: Incoming, outgoing) => void serve(options, incoming, outgoing as unknown as ServerResponse),
  )
  server.on('sessionError', (error) => options.logger.debug({ error: errorMessage(error) }, 'HTTP/2 session failed'))
  Object.assign(server, { keepAliveTimeout: KEEP_ALIVE_MS })
  const connections = trackConnections(server)
  await listen(server, options)
  return {
    host: options.host,
    port: (server.address() as AddressInfo).port,
    useCertificate: (pair) => server.setSecureContext({ ...secureContext(pair), ca: options.caPem }),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      await connections.close(options.clock)
      await closed
    },
  }
}

const secureContext = ({ certPem, keyPem }: KeyPair) => ({ cert: certPem, key: keyPem })

async function listen(server: Http2SecureServer, { host, port }: HttpsFrontOptions): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const why = hasErrno(error, 'EADDRINUSE')
      ? 'the port is taken by another process; stop that process or choose another port'
      : hasErrno(error, 'EACCES')
        ? 'this user may not listen on that port; choose one above 1023'
        : errorMessage(error)
    throw new Error(`the API server cannot listen on ${host}:${port}: ${why}`, { cause: error })
  }
}

async function serve(options: HttpsFrontOptions, incoming: Incoming, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  incoming.on('error', () => gone.abort())
  outgoing.on('error', () => gone.abort())
  try {
    const response = await answer(options, incoming, gone.signal)
    const acceptEncoding = incoming.headers['accept-encoding']?.toString() ?? ''
    if (gone.signal.aborted && typeof response.body === 'string') return
    await writeResponse(outgoing, response, { acceptEncoding, signal: gone.signal, head: incoming.method === 'HEAD' })
  } catch (error) {
    if (!gone.signal.aborted) options.logger.warn({ error: errorMessage(error) }, 'an answer was cut short')
    outgoing.destroy()
  }
}

async function answer(options: HttpsFrontOptions, incoming: Incoming, signal: AbortSignal): Promise<ApiResponse> {
  const certificate = peerUser(socketOf(incoming))
  const unknown = certificate === undefined && incoming.headers.authorization === undefined
  if (!METHODS.has(incoming.method ?? '')) return methodUnknown()
  let body: string
  try {
    const bytes = await readBody(incoming)
    // Nobody is refused whatever they send, so it is not worth decoding.
    body = unknown ? '' : await bodyText(bytes, incoming.headers['content-type'])
  } catch (error) {
    const response = respondStatus(toApiError(error).status)
    // What is left of the body is not read, so the connection cannot be used again (HTTP/2 has streams for that).
    return incoming.httpVersionMajor === 1
      ? { ...response, headers: { ...response.headers, connection: 'close' } }
      : response
  }
  const method = incoming.method as ApiRequest['method']
  return options.handle({ method, url: incoming.url ?? '/', headers: headersOf(incoming), body, signal }, certificate)
}

function methodUnknown(): ApiResponse {
  return {
    status: 405,
    headers: { 'content-type': 'text/plain', allow: [...METHODS].join(', ') },
    body: 'method not allowed\n',
  }
}

function socketOf(incoming: Incoming): TLSSocket {
  const session = 'stream' in incoming ? incoming.stream.session : undefined
  return (session?.socket ?? incoming.socket) as TLSSocket
}

function headersOf(incoming: Incoming): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = Object.create(null)
  for (const [name, value] of Object.entries(incoming.headers))
    if (!name.startsWith(':')) headers[name] = Array.isArray(value) ? value.join(', ') : value
  if (isProtobuf(headers['content-type'])) headers['content-type'] = JSON_TYPE
  headers.host ??= String(incoming.headers[':authority'] ?? '')
  return headers
}

/** Knows all open connections, so that a server that stops leaves none. */
function trackConnections(server: Http2SecureServer) {
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  // The plain sockets below TLS: also those that never finish their handshake.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  return {
    async close(clock: Clock): Promise<void> {
      for (const session of sessions) session.close()
      const done = new AbortController()
      const allClosed = Promise.all(
        [...sessions].map((session) => new Promise((resolve) => session.once('close', resolve))),
      )
      await Promise.race([allClosed, clock.sleep(CLOSE_GRACE_MS, done.signal)])
      done.abort()
      for (const socket of sockets) socket.destroy()
    },
  }
}
