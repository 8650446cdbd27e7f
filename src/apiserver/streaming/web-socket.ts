/** The server's end of a WebSocket on a connection to be upgraded. */
import { type WebSocket, WebSocketServer } from 'ws'
import type { UpgradeConnection } from './upgrade.ts'

/** The most bytes of a message; clients cut what is longer. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024
/** How often a client that nothing is read from is asked whether it is still there. */
const PRESENCE_MS = 1000

/** Answers the handshake. Nothing is read before the WebSocket is resumed: clients send at once. Rejects when the client goes, as one does that makes no proper one. */
export function acceptWebSocket({ incoming, socket, head }: UpgradeConnection, protocol: string): Promise<WebSocket> {
  const server = new WebSocketServer({
    noServer: true,
    handleProtocols: () => protocol || false,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  })
  return new Promise((resolve, reject) => {
    const leave = () => reject(new Error('the client left before the handshake'))
    if (socket.closed) return leave()
    socket.once('close', leave)
    server.handleUpgrade(incoming, socket, head, (webSocket) => {
      webSocket.pause()
      watchPresence(webSocket)
      resolve(webSocket)
    })
  })
}

/** Who reads nothing does not hear that the other has gone; who writes does. */
function watchPresence(webSocket: WebSocket): void {
  const presence = setInterval(() => {
    if (webSocket.isPaused) webSocket.ping()
  }, PRESENCE_MS)
  webSocket.once('close', () => clearInterval(presence))
}
