/** A text that a client reads as the messages of a WebSocket: a log. Source: k8s.io/apimachinery v0.34,
 *  pkg/util/httpstream/wsstream (stream.go). */
import { type ApiRequest, apiError } from '../../api/index.ts'
import { offeredProtocols, type UpgradeResponse } from './upgrade.ts'
import { acceptWebSocket } from './web-socket.ts'

const BASE64 = 'base64.binary.k8s.io'
/** None at all is as good as the first. */
const PROTOCOLS = ['binary.k8s.io', BASE64, '']
const NORMAL = 1000

/** The first message is empty: the client knows then that it is connected. Throws ApiError `BadRequest`. */
export function upgradeToReader(request: ApiRequest, text: AsyncIterable<string | Uint8Array>): UpgradeResponse {
  const offered = offeredProtocols(request)
  const protocol = offered.find((known) => PROTOCOLS.includes(known))
  if (protocol === undefined)
    throw apiError(
      'BadRequest',
      `unable to upgrade: none of the WebSocket protocols ${JSON.stringify(offered)} is known`,
    )
  const encoded = (chunk: Uint8Array) => (protocol === BASE64 ? Buffer.from(chunk).toString('base64') : chunk)
  return {
    status: 101,
    headers: {},
    body: '',
    async upgrade(connection) {
      const webSocket = await acceptWebSocket(connection, protocol)
      const left = new Promise<void>((resolve) => webSocket.once('close', () => resolve()))
      webSocket.on('error', () => webSocket.terminate())
      webSocket.resume()
      // Each promise that is raced against one that lasts would be kept by it, with what it came to.
      const send = (chunk: Uint8Array) =>
        new Promise<void>((resolve) => webSocket.send(encoded(chunk), () => resolve()))
      await send(new Uint8Array())
      // The text ends when the client goes, for the request is over then.
      for await (const chunk of text) {
        if (webSocket.readyState !== webSocket.OPEN) break
        await send(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
      }
      webSocket.close(NORMAL)
      await left
    },
  }
}
