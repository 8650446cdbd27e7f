/** The HTTP port, and the HTTPS port if there is one: Node's server with limits, upgrades, and an end that lets requests
 *  finish. */
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import type { AccessLog } from '../access-log.ts'
import { Exchange } from './exchange.ts'
import { InFlight } from './in-flight.ts'
import type { Proxy } from './proxy.ts'
import type { HostCertificates } from './secure/host-certificates.ts'
import { asMessages, Http2Response } from './secure/http2-messages.ts'
import { SecureServer } from './secure/secure-server.ts'

export interface GatewayServerOptions {
  readonly proxy: Proxy
  readonly clock: Clock
  readonly logger: Logger
  readonly accessLog: AccessLog
  readonly listen: { readonly host: string; readonly port: number }
  /** A client that sends nothing of its body for so long is cut off. */
  readonly bodyIdleMs: number
  readonly secure?: { readonly certificates: HostCertificates; readonly port: number } | undefined
}

/** Where the gateway listens. */
export interface GatewayAddress {
  readonly host: string
  readonly port: number
  /** Undefined: there is none. */
  readonly securePort: number | undefined
}

const MAX_HEADER_BYTES = 32 * 1024
const HEADERS_TIMEOUT_MS = 30_000
const KEEP_ALIVE_MS = 75_000
/** More than one read of a connection brings. */
const MAX_WAITING = 4096

export class GatewayServer {
  readonly #options: GatewayServerOptions
  readonly #server: Server
  readonly #secure: SecureServer | undefined
  readonly #upgraded = new Set<Socket>()
  readonly #active = new InFlight<Exchange>()
  /** How many requests of a connection wait for those before them. */
  readonly #waiting = new WeakMap<Socket, number>()
  /** The last time that was written down, and how: many requests begin in one millisecond. */
  #time = { at: Number.NaN, text: '' }
  #draining = false

  constructor(options: GatewayServerOptions) {
    this.#options = options
    this.#server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      // Uploads may take as long as they go on (bodyIdleMs).
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
      // What has no body needs none of a stream's events: nobody waits for the end of a body that was not announced.
      optimizeEmptyRequests: true,
      shouldUpgradeCallback: (request) => this.#mayUpgrade(request),
    })
    this.#secure = options.secure && this.#openSecure(options.secure)
  }

  #openSecure({ certificates, port }: NonNullable<GatewayServerOptions['secure']>): SecureServer {
    const { clock, logger, listen } = this.#options
    return new SecureServer({
      certificates,
      logger,
      listen: { host: listen.host, port },
      onHttp1: (socket) => this.#server.emit('connection', socket),
      onHttp2: (request, response) => {
        const messages = asMessages(request, response)
        this.#serve(new Exchange(messages.request, messages.response, undefined, clock.now()))
      },
    })
  }

  /** Throws the system's error when a port cannot be had. */
  async listen(): Promise<GatewayAddress> {
    const server = this.#server
    const onRequest = (request: IncomingMessage, response: ServerResponse) => {
      if (response.socket === null) return this.#serveLater(request, response)
      this.#serve(new Exchange(request, response, undefined, this.#options.clock.now()))
    }
    server.on('request', onRequest)
    server.on('checkContinue', onRequest)
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    server.on('clientError', onClientError)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#options.listen, () => {
        server.off('error', reject)
        resolve()
      })
    })
    const { address: host, port } = server.address() as AddressInfo
    try {
      return { host, port, securePort: (await this.#secure?.listen())?.port }
    } catch (error) {
      await new Promise((resolve) => server.close(resolve))
      throw error
    }
  }

  /** How many clients are connected. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
    })
  }

  /** Takes no more connections, lets what is in flight finish for `limitMs`, then ends it. */
  async close(limitMs: number): Promise<void> {
    this.#draining = true
    for (const { response } of this.#active) response.shouldKeepAlive = false
    const closed = Promise.all([
      new Promise<void>((resolve) => this.#server.close(() => resolve())),
      this.#secure?.close(),
    ])
    const limit = setTimeout(() => {
      for (const socket of this.#upgraded) socket.destroy()
      this.#server.closeAllConnections()
      this.#secure?.destroy()
    }, limitMs)
    await closed
    clearTimeout(limit)
  }

  /** Requests that came before the answers to those before them, over the same connection: one after the other, as one
   *  client could else open thousands of connections to a backend with one packet. Node's server gives the next answer
   *  its socket when the one before has gone out, and never when the connection is gone. */
  #serveLater(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    const waiting = (this.#waiting.get(socket) ?? 0) + 1
    if (waiting > MAX_WAITING) return void socket.destroy()
    this.#waiting.set(socket, waiting)
    // Node's parser forgets what came behind a request that might have upgraded.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false
    response.once('socket', () => {
      this.#waiting.set(socket, (this.#waiting.get(socket) ?? 1) - 1)
      this.#serve(new Exchange(request, response, undefined, this.#options.clock.now()))
    })
  }

  /** Whoever may not gets an answer in HTTP/1.1, as if nothing else had been asked for (RFC 9110, section 7.8). */
  #mayUpgrade(request: IncomingMessage): boolean {
    // HTTP/2 over plain text is not offered.
    if (/^h2c\b/i.test(request.headers.upgrade ?? '')) return false
    // While an answer is under way over the connection, it cannot be used for something else.
    for (const { socket } of this.#active) if (socket === request.socket) return false
    return true
  }

  #upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): void {
    if (!(duplex instanceof Socket)) return void duplex.destroy()
    this.#upgraded.add(duplex)
    duplex.on('close', () => this.#upgraded.delete(duplex))
    duplex.on('error', () => duplex.destroy())
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(duplex)
    // Where the backend does not upgrade. Node's server no longer looks after the connection: that its answer goes on
    // when the client has read of it, and ends with it, is seen to here.
    duplex.on('drain', () => response.writableNeedDrain && response.emit('drain'))
    response.on('finish', () => duplex.destroySoon())
    this.#serve(new Exchange(request, response, { socket: duplex, head }, this.#options.clock.now()))
  }

  #serve(exchange: Exchange): void {
    if (this.#draining) exchange.response.shouldKeepAlive = false
    const { request, response, body, socket } = exchange
    this.#active.add(exchange)
    if (body.expected) {
      request.setTimeout(this.#options.bodyIdleMs)
      request.once('end', () => request.setTimeout(0))
    }
    response.on('error', ignore)
    request.on('error', ignore)
    const onEnd = () => this.#record(exchange)
    this.#options.proxy.serve(exchange).then(onEnd, (error: unknown) => {
      this.#options.logger.error(
        { app: exchange.app, error: errorMessage(error) },
        'a request failed within the gateway',
      )
      exchange.status = 500
      socket.destroy()
      onEnd()
    })
  }

  #record(exchange: Exchange): void {
    this.#active.delete(exchange)
    if (this.#draining) setImmediate(() => this.#server.closeIdleConnections())
    const { clock, accessLog } = this.#options
    const response: unknown = exchange.response
    accessLog.write({
      time: this.#timeOf(exchange.startedAt),
      method: exchange.request.method ?? '',
      host: exchange.target?.host ?? '',
      path: exchange.target?.path ?? '',
      status: exchange.status,
      bytes:
        response instanceof Http2Response ? response.sentBytes : exchange.socket.bytesWritten - exchange.bytesBefore,
      durationMs: clock.now() - exchange.startedAt,
      app: exchange.app,
      endpoint: exchange.endpoint?.id,
      retries: exchange.retries,
    })
  }

  #timeOf(ms: number): string {
    if (this.#time.at !== ms) this.#time = { at: ms, text: new Date(ms).toISOString() }
    return this.#time.text
  }
}

/** What goes wrong with a connection is seen where its data is used. */
function ignore(): void {}

/** What the parser refuses. Source: Node's `clientError` event. */
function onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
