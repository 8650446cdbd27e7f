/** Port-forwarding over a WebSocket: its messages are the bytes of a SPDY connection, which the container runtime speaks.
 *  Source: k8s.io/apiserver v0.34, pkg/util/proxy (tunneling.go). */
import { createWebSocketStream } from 'ws'
import { splice } from '../../lib/index.ts'
import { openRuntimeStream } from './runtime-stream.ts'
import type { UpgradeConnection } from './upgrade.ts'
import { acceptWebSocket } from './web-socket.ts'

const RUNTIME_PROTOCOL = 'portforward.k8s.io'
/** Of a WebSocket that ended without a word (RFC 6455, section 7.1.5). */
const ABNORMAL = 1006
export const TUNNEL_PROTOCOL = `SPDY/3.1+${RUNTIME_PROTOCOL}`

export async function tunnelWebSocket(url: string, connection: UpgradeConnection, signal: AbortSignal): Promise<void> {
  const runtime = await openRuntimeStream(url, { headers: { 'x-stream-protocol-version': RUNTIME_PROTOCOL }, signal })
  try {
    const webSocket = await acceptWebSocket(connection, TUNNEL_PROTOCOL)
    const stream = createWebSocketStream(webSocket)
    // What it sent and the runtime does not take would hold up the end.
    webSocket.once('close', (code) => code === ABNORMAL && stream.destroy())
    if (runtime.head.length > 0) stream.write(runtime.head)
    await splice(stream, runtime.socket, signal)
  } finally {
    runtime.socket.destroy()
  }
}
