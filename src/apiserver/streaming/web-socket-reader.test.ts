/** What becomes of a text that is read over a WebSocket, by a real client. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ApiRequest } from '../../api/index.ts'
import type { UpgradeConnection } from './upgrade.ts'
import { upgradeToReader } from './web-socket-reader.ts'

const MEBIBYTE = 1024 * 1024
const REQUEST: ApiRequest = { method: 'GET', url: '/', headers: {}, body: '', signal: new AbortController().signal }

let front: Server
let port: number
/** Of the latest client. */
let asked: PromiseWithResolvers<UpgradeConnection>

beforeEach(async () => {
  asked = Promise.withResolvers()
  front = createServer().on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    asked.resolve({ incoming, socket: socket.on('error', () => {}), head })
  })
  await once(front.listen(0, '127.0.0.1'), 'listening')
  port = (front.address() as AddressInfo).port
})
afterEach(() => front.close())

it('nothing of what was sent is kept, however long it goes on', async () => {
  const client = new WebSocket(`ws://127.0.0.1:${port}/`)
  let received = 0
  client.on('message', (message: Buffer) => (received += message.length))
  async function* text() {
    for (let sent = 0; sent < 256; sent++) yield Buffer.alloc(MEBIBYTE)
    await expect.poll(() => received, { timeout: 10_000 }).toBe(256 * MEBIBYTE)
    collectGarbage()
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(64 * MEBIBYTE)
  }
  await upgradeToReader(REQUEST, text()).upgrade(await asked.promise)
})

it('a client that went before the text was there is noticed', async () => {
  const client = connect(port, '127.0.0.1')
  client.write('GET / HTTP/1.1\r\nhost: naru\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
  const connection = await asked.promise
  client.resetAndDestroy()
  await new Promise((resolve) => connection.socket.once('close', resolve))
  const text = (async function* () {
    yield ''
  })()
  await expect(upgradeToReader(REQUEST, text).upgrade(connection)).rejects.toThrow('left before the handshake')
})

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}
