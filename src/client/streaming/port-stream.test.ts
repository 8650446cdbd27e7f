import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestAuthority } from '../../../test/harness/certificates.ts'
import { joinPort } from './port-stream.ts'

/** Of the second stream that a client opens: the one for data. */
const DATA_STREAM = 3
const FIN = 0x01

let server: Server
let caPem: string
let warnings: Error[]
const warn = (warning: Error) => warnings.push(warning)

beforeEach(async () => {
  warnings = []
  process.on('warning', warn)
  const authority = await openTestAuthority()
  caPem = authority.caPem
  const { certPem, keyPem } = await authority.server({ dns: [], ip: ['127.0.0.1'] })
  server = createServer({ cert: certPem, key: keyPem }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  process.off('warning', warn)
  server.close()
})

function frame(data: string, flags = 0): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(DATA_STREAM, 0)
  head.writeUInt32BE(((flags << 24) | data.length) >>> 0, 4)
  return Buffer.concat([head, Buffer.from(data)])
}

it('what comes from the port faster than it is taken is waited for once, and is all there', async () => {
  server.on('upgrade', (_request, socket: Socket) => {
    socket.on('error', () => {})
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\r\n')
    // The client opens its streams once it has that.
    socket.once('data', () => {
      const frames = Array.from({ length: 100 }, () => frame('answer'))
      socket.write(Buffer.concat([...frames, frame('', FIN)]))
    })
  })
  const taken: string[] = []
  const local = new Duplex({
    writableHighWaterMark: 1,
    read() {},
    write(chunk: Buffer, _encoding, done) {
      taken.push(String(chunk))
      setImmediate(done)
    },
  })
  const { port } = server.address() as AddressInfo
  const connection = { server: `https://127.0.0.1:${port}`, caPem }
  const finished = once(local, 'finish')
  await joinPort({ connection, pod: { namespace: 'default', name: 'web' }, port: 80, local })
  await finished
  expect(taken).toHaveLength(100)
  expect(warnings).toEqual([])
})
