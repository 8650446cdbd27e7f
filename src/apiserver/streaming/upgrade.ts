/** A request whose connection becomes a stream of another protocol once it is allowed: exec, attach, port-forward. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ApiRequest, ApiResponse } from '../../api/index.ts'

export interface UpgradeConnection {
  incoming: IncomingMessage
  socket: Duplex
  /** What the client sent after the request. */
  head: Buffer
}

/** Takes the connection over; resolves when it has ended. */
export type Upgrade = (connection: UpgradeConnection) => Promise<void>

/** An answer that only the HTTPS front can give, to a request that came with `Connection: Upgrade`. */
export interface UpgradeResponse extends ApiResponse {
  upgrade: Upgrade
}

export const isUpgradeResponse = (response: ApiResponse): response is UpgradeResponse => 'upgrade' in response

export const wantsUpgrade = ({ headers }: Pick<ApiRequest, 'headers'>): boolean =>
  /\bupgrade\b/i.test(headers.connection ?? '') && headers.upgrade !== undefined

/** The WebSocket protocols that the client offers, best first. */
export const offeredProtocols = ({
  headers,
}: {
  headers: Readonly<Record<string, string | string[] | undefined>>
}): string[] =>
  [headers['sec-websocket-protocol'] ?? '']
    .flat()
    .join(',')
    .split(',')
    .map((protocol) => protocol.trim())
