/** What becomes of a command, and of a forwarded port, that takes no more input: a real client, and a runtime that stops to
 *  read, is played here. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { UpgradeConnection } from './upgrade.ts'
import { runOverWebSocket } from './web-socket-command.ts'
import { tunnelWebSocket } from './web-socket-tunnel.ts'

const MEBIBYTE = Buffer.alloc(1024 * 1024)
const OPTIONS = { stdin: true, stdout: true, stderr: false, tty: false, container: '', command: ['cat'], ports: [] }

const signal = new AbortController().signal

interface Kind {
  what: string
  /** The name of that of ports is refused by this client, for its slash. */
  protocols: string[]
  serve: (url: string, connection: UpgradeConnection) => Promise<void>
}

const KINDS: Kind[] = [
  {
    what: 'a command',
    protocols: ['v5.channel.k8s.io'],
    serve: (url, connection) => runOverWebSocket(url, connection, { options: OPTIONS, signal }),
  },
  { what: 'a forwarded port', protocols: [], serve: (url, connection) => tunnelWebSocket(url, connection, signal) },
]

describe.each(KINDS)('$what that takes no more input', ({ protocols, serve }) => {
  let runtime: Server
  let front: Server
  let client: WebSocket
  let toRuntime: Socket
  /** Resolves when the server has done with it. */
  let served: Promise<void>

  beforeEach(async () => {
    runtime = createServer().on('upgrade', (_request, socket: Socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\r\n')
      socket.on('error', () => {})
      toRuntime = socket.pause()
    })
    const started = Promise.withResolvers<void>()
    front = createServer().on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
      served = serve(urlOf(runtime, 'http'), { incoming, socket, head })
      started.resolve()
    })
    for (const server of [runtime, front]) await once(server.listen(0, '127.0.0.1'), 'listening')
    client = new WebSocket(urlOf(front, 'ws'), protocols)
    await once(client, 'open')
    await started.promise
    for (let sent = 0; sent < 32; sent++) client.send(MEBIBYTE)
    // Until no more goes: what is still here does not fit anywhere on the way.
    let before: number
    do {
      before = client.bufferedAmount
      await sleep(200)
    } while (client.bufferedAmount !== before)
    expect(before).toBeGreaterThan(MEBIBYTE.length)
  })
  afterEach(() => {
    client.terminate()
    toRuntime.destroy()
    for (const server of [runtime, front]) server.close()
  })

  it('is ended when its client goes', async () => {
    client.terminate()
    await served
  })

  it('is ended when the runtime is gone', async () => {
    toRuntime.resetAndDestroy()
    await served
  })
})

const urlOf = (server: Server, scheme: string) => `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`
