/** A client and a container runtime that speak the same protocol: bytes go to and fro as they are. */
import { splice } from '../../lib/index.ts'
import { openRuntimeStream, type RuntimeStream } from './runtime-stream.ts'
import type { UpgradeConnection } from './upgrade.ts'

const PROTOCOL = 'x-stream-protocol-version'

/** Ends when either side does. */
export async function relay(url: string, connection: UpgradeConnection, signal: AbortSignal): Promise<void> {
  // Clients offer versions in a header each; joined, old servers would not know them.
  const offered = connection.incoming.headersDistinct[PROTOCOL] ?? []
  const runtime = await openRuntimeStream(url, { headers: { [PROTOCOL]: offered }, signal })
  await connect(runtime, connection, signal)
}

/** What a WebSocket begins with. */
const HANDSHAKE = ['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-protocol', 'origin']

/** The older protocols of WebSockets, which container runtimes speak themselves. */
export async function relayWebSocket(url: string, connection: UpgradeConnection, signal: AbortSignal): Promise<void> {
  const { headersDistinct } = connection.incoming
  const handshake = HANDSHAKE.flatMap((name) => (headersDistinct[name] ? [[name, headersDistinct[name]] as const] : []))
  // Runtimes want to know where a WebSocket is from; programs that are no browsers need not say so.
  const headers = { upgrade: 'websocket', origin: new URL(url).origin, ...Object.fromEntries(handshake) }
  const runtime = await openRuntimeStream(url, { method: 'GET', headers, signal })
  await connect(runtime, connection, signal)
}

async function connect(runtime: RuntimeStream, { socket, head }: UpgradeConnection, signal: AbortSignal) {
  socket.write(switchingProtocols(runtime))
  if (runtime.head.length > 0) socket.write(runtime.head)
  if (head.length > 0) runtime.socket.write(head)
  await splice(socket, runtime.socket, signal)
}

function switchingProtocols({ response }: RuntimeStream): string {
  const headers = Object.entries(response.headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value) => `${name}: ${value}\r\n`),
  )
  return `HTTP/1.1 101 Switching Protocols\r\n${headers.join('')}\r\n`
}
