/** The HTTPS port: TLS, and behind it HTTP/2 or, over the server of the HTTP port, HTTP/1.1, as the client chooses by
 *  ALPN (RFC 7301). WebSockets come over HTTP/1.1: clients open a connection for them. */
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { errorMessage, type Logger } from '../../../lib/index.ts'
import type { HostCertificates } from './host-certificates.ts'
import { Http2Request, Http2Response } from './http2-messages.ts'

export interface SecureServerOptions {
  readonly certificates: HostCertificates
  readonly logger: Logger
  readonly listen: { readonly host: string; readonly port: number }
  /** Takes a connection that speaks HTTP/1.1. */
  readonly onHttp1: (socket: TLSSocket) => void
  readonly onHttp2: (request: Http2Request, response: Http2Response) => void
}

/** What is used of Node's session, whose type is bound to Node's messages. */
interface Session {
  close(): void
  destroy(): void
  on(event: 'stream', listener: (stream: ServerHttp2Stream) => void): unknown
  once(event: 'close', listener: () => void): unknown
  setTimeout(ms: number, onIdle: () => void): void
}

const HANDSHAKE_MS = 10_000
const MAX_STREAMS = 250
const MAX_HEADER_BYTES = 32 * 1024
const IDLE_SESSION_MS = 75_000

export class SecureServer {
  readonly #options: SecureServerOptions
  readonly #server: Server
  readonly #http2: ReturnType<typeof openHttp2>
  readonly #sessions = new Set<Session>()
  /** Those below TLS: also of clients that never finish their handshake. */
  readonly #sockets = new Set<Socket>()

  constructor(options: SecureServerOptions) {
    this.#options = options
    const { certificates, logger } = options
    const { certPem, keyPem } = certificates.fallback
    this.#server = createServer({
      cert: certPem,
      key: keyPem,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: HANDSHAKE_MS,
      noDelay: true,
      SNICallback: (name, done) => {
        certificates.contextFor(name).then(
          (context) => done(null, context),
          (error: unknown) => {
            logger.error({ host: name, error: errorMessage(error) }, 'no certificate could be made for a host')
            done(error as Error)
          },
        )
      },
    })
    this.#http2 = openHttp2()
  }

  /** Throws the system's error when the port cannot be had. */
  async listen(): Promise<AddressInfo> {
    const { listen, logger, onHttp1, onHttp2 } = this.#options
    const server = this.#server
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on('secureConnection', (socket) => {
      socket.on('error', () => socket.destroy())
      if (socket.alpnProtocol === 'h2') this.#http2.emit('connection', socket)
      else onHttp1(socket)
    })
    server.on('tlsClientError', (error) => logger.debug({ error: errorMessage(error) }, 'a TLS handshake failed'))
    this.#http2.on('session', (session) => this.#follow(session))
    this.#http2.on('sessionError', (error) => logger.debug({ error: errorMessage(error) }, 'an HTTP/2 session failed'))
    this.#http2.on('request', onHttp2)
    this.#http2.on('checkContinue', onHttp2)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(listen, () => {
        server.off('error', reject)
        resolve()
      })
    })
    return server.address() as AddressInfo
  }

  /** Takes no more connections and no more streams; resolves when all connections have ended. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const session of this.#sessions) session.close()
    await closed
  }

  /** Ends what is still there. */
  destroy(): void {
    for (const session of this.#sessions) session.destroy()
    for (const socket of this.#sockets) socket.destroy()
  }

  #follow(session: Session): void {
    this.#sessions.add(session)
    session.once('close', () => this.#sessions.delete(session))
    let open = 0
    session.on('stream', (stream) => {
      open++
      stream.once('close', () => open--)
    })
    session.setTimeout(IDLE_SESSION_MS, () => {
      if (open === 0) session.close()
    })
  }
}

/** It listens nowhere: it is handed connections. */
const openHttp2 = () =>
  createHttp2Server({
    Http2ServerRequest: Http2Request,
    Http2ServerResponse: Http2Response,
    settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_BYTES },
  })
