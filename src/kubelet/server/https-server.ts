/** The kubelet's port: TLS with client certificates, HTTP/1.1, and limits on what a stranger can hold. Source: Kubernetes
 *  v1.34, pkg/kubelet/server/server.go (ListenAndServeKubeletServer); its four hours for a request are for streams, which
 *  here begin when the request is read. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { errorMessage } from '../../lib/index.ts'

/** All addresses, so that the port stays reachable when the machine's address changes; who may connect is asked first. */
export const LISTEN_HOST = '0.0.0.0'
const MAX_HEADER_BYTES = 64 * 1024
const MAX_CONNECTIONS = 1_000

export interface Limits {
  handshakeMs: number
  headersMs: number
  /** Headers and body. */
  requestMs: number
  /** Between two requests. */
  idleMs: number
  /** How often they are looked after. */
  checkMs: number
}

const LIMITS: Limits = { handshakeMs: 10_000, headersMs: 10_000, requestMs: 30_000, idleMs: 90_000, checkMs: 5_000 }

export interface ServerCertificate {
  certPem: string
  keyPem: string
}

export interface HttpsServerOptions {
  /** 0: any free port. */
  port: number
  certificate: ServerCertificate
  /** Authority of client certificates. */
  clientCaPem: string
  mayConnect: (remote: string | undefined) => boolean
  /** Default: those of a kubelet. */
  limits?: Limits
  request: (incoming: IncomingMessage, outgoing: ServerResponse) => void
  upgrade: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** A connection could not be taken: there are too many open files, say. */
  failed: (error: Error) => void
}

export interface HttpsServer extends AsyncDisposable {
  port: number
  /** For new connections. */
  useCertificate(certificate: ServerCertificate): void
}

/** Throws an Error that says why the port cannot be listened on. Disposing cuts what is open. */
export async function openHttpsServer(options: HttpsServerOptions): Promise<HttpsServer> {
  const { port, clientCaPem, mayConnect, limits = LIMITS } = options
  const unanswered = new WeakMap<Socket, number>()
  const context = ({ certPem, keyPem }: ServerCertificate) => ({ cert: certPem, key: keyPem, ca: clientCaPem })
  const server = createServer({
    ...context(options.certificate),
    requestCert: true,
    // Who has no certificate may have a token.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    noDelay: true,
    handshakeTimeout: limits.handshakeMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: limits.idleMs,
    // While an answer is under way, the connection cannot be used for something else, and whoever asks for it gets an
    // answer of the usual kind (RFC 9110, section 7.8).
    shouldUpgradeCallback: ({ socket }) => (unanswered.get(socket) ?? 0) === 0,
  })
  server.maxConnections = MAX_CONNECTIONS
  const sockets = trackSockets(server)
  admitOnly(server, mayConnect)
  server.on('request', (incoming, outgoing) => {
    const { socket } = incoming
    unanswered.set(socket, (unanswered.get(socket) ?? 0) + 1)
    outgoing.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1))
    options.request(incoming, outgoing)
  })
  server.on('upgrade', options.upgrade)
  server.listen(port, LISTEN_HOST)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new Error(`the kubelet cannot listen on port ${port}: ${errorMessage(error)}`, { cause: error })
  }
  server.on('error', options.failed)
  return {
    port: (server.address() as AddressInfo).port,
    useCertificate: (certificate) => server.setSecureContext(context(certificate)),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** The plain sockets below TLS: also those that never finish their handshake. */
function trackSockets(server: NetServer): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

/** What listens for connections (TLS among them) hears only of those that `mayConnect`. */
function admitOnly(server: NetServer, mayConnect: HttpsServerOptions['mayConnect']): void {
  const listeners = server.listeners('connection')
  server.removeAllListeners('connection')
  server.on('connection', (socket) => {
    if (!mayConnect(socket.remoteAddress)) return socket.destroy()
    for (const listener of listeners) listener.call(server, socket)
  })
}
