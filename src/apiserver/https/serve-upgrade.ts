/** Requests of HTTP/1.1 connections that ask to go on in another protocol. */
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { ApiResponse } from '../../api/index.ts'
import { isUpgradeResponse, type UpgradeConnection } from '../streaming/upgrade.ts'
import { toApiError } from '../server/failure.ts'
import { respondStatus } from '../server/response.ts'
import { answer } from './answer.ts'
import { Caller } from './caller.ts'
import type { Service } from './serve-http1.ts'

/** Node hands these over whole: what does not go on in another protocol is answered here, and the connection ends. */
export async function serveUpgrade({ handle, userOf, bodies }: Service, connection: UpgradeConnection): Promise<void> {
  const { incoming, socket } = connection
  const caller = new Caller()
  socket.on('close', caller.leave)
  socket.on('error', caller.leave)
  const { method = '', url = '/', headers } = incoming
  const certificate = userOf(socket as TLSSocket)
  const { remoteAddress } = socket as TLSSocket
  const { response } = await answer(handle, {
    method,
    url,
    headers,
    body: undefined,
    bodies,
    certificate,
    remoteAddress,
    caller,
  })
  if (!isUpgradeResponse(response)) return refuse(socket, response)
  try {
    await response.upgrade(connection)
  } catch (error) {
    if (!caller.gone) refuse(socket, respondStatus(toApiError(error).status))
  } finally {
    socket.destroy()
  }
}

/** Answers of a length not known beforehand (a watch over a connection to be upgraded) are not given. */
function refuse(socket: Duplex, { status, headers, body }: ApiResponse): void {
  // Imported with the file, it would bring Node's WebSocket and fetch into every start.
  const { STATUS_CODES } = process.getBuiltinModule('node:http')
  const bytes = typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : Buffer.alloc(0)
  const lines = Object.entries({ ...headers, 'content-length': String(bytes.length), connection: 'close' })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n`)
  // Who never ends its side of the connection does not keep ours.
  socket.end(bytes, () => socket.destroy())
}
