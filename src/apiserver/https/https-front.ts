/** The server's socket: TLS with client certificates, HTTP/2 and HTTP/1.1 on one port. */
import { once } from 'node:events'
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Clock, errorMessage, hasErrno, type Logger } from '../../lib/index.ts'
import type { KeyPair } from '../../certificates/index.ts'
import type { Handle } from './answer.ts'
import { ChunkBytes } from './chunk-bytes.ts'
import { listenForNeighbours } from './neighbour-listener.ts'
import { PeerUsers } from './peer-user.ts'
import { BodyBudget } from './read-body.ts'
import { type Service, serveHttp1 } from './serve-http1.ts'
import { serveHttp2 } from './serve-http2.ts'
import { serveUpgrade } from './serve-upgrade.ts'

/** One connection of an informer-heavy client carries a watch per kind. */
const MAX_STREAMS = 1000
const KEEP_ALIVE_MS = 120_000
/** Nobody reads the body of a request that has none: it need not be a stream that comes to its end. */
const HTTP1: ServerOptions = { optimizeEmptyRequests: true }
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
  handle: Handle
}

export interface HttpsFront extends AsyncDisposable {
  host: string
  port: number
  /** Listens on the same port of another address of this machine, for its neighbours there alone. Ends with the front. */
  listenAlso(host: string): Promise<void>
  /** New connections get this certificate. */
  useCertificate(pair: KeyPair): void
}

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
    // An event is to leave when it happens, not when the one before it was acknowledged.
    noDelay: true,
    settings: { maxConcurrentStreams: MAX_STREAMS },
    http1Options: HTTP1,
  })
  const users = new PeerUsers(options.clock)
  const service: Service = {
    handle: options.handle,
    userOf: (socket) => users.of(socket),
    bodies: new BodyBudget(),
    chunks: new ChunkBytes(),
    cutShort: (error) => options.logger.warn({ error: errorMessage(error) }, 'an answer was cut short'),
  }
  const answers = new OpenAnswers()
  server.on('request', (incoming: unknown, outgoing: unknown) =>
    answers.add(serveHttp1(service, incoming as IncomingMessage, outgoing as ServerResponse)),
  )
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) =>
    answers.add(serveUpgrade(service, { incoming, socket, head })),
  )
  // Node would make requests of streams as well, for listeners that do not tell the two versions apart.
  server.removeAllListeners('stream')
  server.on('stream', (stream, headers, flags) => answers.add(serveHttp2(service, stream, { headers, flags })))
  server.on('sessionError', (error) => options.logger.debug({ error: errorMessage(error) }, 'HTTP/2 session failed'))
  Object.assign(server, { keepAliveTimeout: KEEP_ALIVE_MS })
  const connections = trackConnections(server, answers)
  await listen(server, options)
  const { port } = server.address() as AddressInfo
  const others = new AsyncDisposableStack()
  return {
    host: options.host,
    port,
    async listenAlso(host) {
      others.use(await listenForNeighbours({ host, port, onConnection: (socket) => server.emit('connection', socket) }))
    },
    useCertificate: (pair) => server.setSecureContext({ ...secureContext(pair), ca: options.caPem }),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      const othersClosed = others.disposeAsync()
      await connections.close(options.clock)
      await Promise.all([closed, othersClosed])
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

/** How many requests are being answered. */
class OpenAnswers {
  #count = 0
  #onNone: (() => void) | undefined

  /** `answer` never rejects. */
  add(answer: Promise<void>): void {
    this.#count++
    void answer.then(this.#done)
  }

  readonly #done = (): void => {
    if (--this.#count === 0) this.#onNone?.()
  }

  /** Resolves when there is none. */
  done(): Promise<void> {
    return new Promise((resolve) => {
      this.#onNone = resolve
      if (this.#count === 0) resolve()
    })
  }
}

/** Knows all open connections, so that a server that stops leaves none. */
function trackConnections(server: Http2SecureServer, answers: OpenAnswers) {
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
      const allClosed = Promise.all([
        answers.done(),
        ...[...sessions].map((session) => new Promise((resolve) => session.once('close', resolve))),
      ])
      await Promise.race([allClosed, clock.sleep(CLOSE_GRACE_MS, done.signal)])
      done.abort()
      for (const socket of sockets) socket.destroy()
    },
  }
}
