/** Requests that go on as a stream of another protocol: exec, attach, port-forward. The container runtime waits with the
 *  stream on this machine; bytes go to and fro as they are. Source: Kubernetes v1.34, pkg/kubelet/server/server.go
 *  (proxyStream); k8s.io/apimachinery v0.34, pkg/util/proxy (UpgradeAwareHandler). */
import { type IncomingMessage, request as httpRequest, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import { errorMessage, splice } from '../../lib/index.ts'
import { plainText } from './plain-text.ts'
import { answer, respond, type Service } from './serve-request.ts'

/** What is the runtime's business of a request: not who asks, nor with what proof. */
const PASSED = /^(connection|upgrade|content-length|origin|sec-websocket-.*|x-stream-protocol-version)$/

export interface UpgradeConnection {
  incoming: IncomingMessage
  socket: Duplex
  /** What the client sent after the request. */
  head: Buffer
}

/** Never rejects; resolves when the connection has ended, or is on its way to. */
export async function serveUpgrade(service: Service, connection: UpgradeConnection): Promise<void> {
  const { incoming, socket, head } = connection
  const gone = new AbortController()
  socket.once('close', () => gone.abort())
  socket.on('error', () => socket.destroy())
  const response = await answer(service, incoming, { upgrade: true, signal: gone.signal })
  if (response.status !== 302 || response.headers.location === undefined)
    return respondTo(connection, response, service)
  try {
    const stream = await openStream(response.headers.location, incoming, gone.signal)
    socket.write(switchingProtocols(stream.response))
    if (stream.head.length > 0) socket.write(stream.head)
    if (head.length > 0) stream.socket.write(head)
    await splice(socket, stream.socket)
  } catch (error) {
    await respondTo(connection, plainText(500, `${errorMessage(error)}\n`), service)
  }
}

/** An answer of the usual kind, and the end of the connection. */
async function respondTo(
  { incoming, socket }: UpgradeConnection,
  response: Parameters<typeof respond>[1],
  { logger }: Service,
): Promise<void> {
  const outgoing = new ServerResponse(incoming)
  outgoing.shouldKeepAlive = false
  outgoing.assignSocket(socket as Socket)
  // Who never ends its side of the connection does not keep ours.
  outgoing.once('finish', () => socket.end(() => socket.destroy()))
  await respond(outgoing, response, logger)
}

interface Stream {
  response: IncomingMessage
  socket: Duplex
  head: Buffer
}

function openStream(url: string, incoming: IncomingMessage, signal: AbortSignal): Promise<Stream> {
  const passed = Object.entries(incoming.headersDistinct).filter(([name]) => PASSED.test(name))
  // Runtimes want to know where a WebSocket is from; programs that are no browsers need not say so.
  const origin = incoming.headers.upgrade?.toLowerCase() === 'websocket' ? { origin: new URL(url).origin } : {}
  const { method = 'POST' } = incoming
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, {
      method,
      headers: { ...origin, ...Object.fromEntries(passed) },
      agent: false,
      signal,
    })
    outgoing.once('error', reject)
    outgoing.once('upgrade', (response, socket, head) => resolve({ response, socket, head }))
    outgoing.once('response', (response) => {
      response.destroy()
      reject(new Error(`the container runtime does not open the stream: it answered ${response.statusCode}`))
    })
    outgoing.end()
  })
}

function switchingProtocols({ headersDistinct }: IncomingMessage): string {
  const headers = Object.entries(headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value) => `${name}: ${value}\r\n`),
  )
  return `HTTP/1.1 101 Switching Protocols\r\n${headers.join('')}\r\n`
}
