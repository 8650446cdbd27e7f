/** What a stranger can hold of the port, and for how long. */
import { once } from 'node:events'
import { connect as connectPlain } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestAuthority, type TestAuthority } from '../../../test/harness/certificates.ts'
import { type HttpsServer, openHttpsServer } from './https-server.ts'

const limits = { handshakeMs: 100, headersMs: 100, requestMs: 200, idleMs: 100, checkMs: 20 }
let authority: TestAuthority
let server: HttpsServer
let isWelcome: boolean
let failures: string[]

const open = async (port: number) =>
  openHttpsServer({
    port,
    certificate: await authority.server({ dns: [], ip: ['127.0.0.1'] }),
    clientCaPem: authority.caPem,
    mayConnect: () => isWelcome,
    limits,
    request: (_, outgoing) => outgoing.end('answer'),
    upgrade: (_, socket) => socket.destroy(),
    failed: (error) => failures.push(error.message),
  })

beforeEach(async () => {
  isWelcome = true
  failures = []
  authority = await openTestAuthority()
  server = await open(0)
})
afterEach(() => server[Symbol.asyncDispose]())

async function connected(): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: server.port, ca: authority.caPem })
  await once(socket, 'secureConnect')
  return socket
}

/** All that comes until the server closes the connection. */
async function untilClosed(socket: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += String(chunk)))
  socket.on('error', () => {})
  await once(socket, 'close')
  return text
}

it('whoever may not connect gets nothing, not even a handshake', async () => {
  isWelcome = false
  await expect(connected()).rejects.toThrow('socket disconnected before secure TLS connection was established')
})

it('a connection without a handshake is closed', async () => {
  expect(await untilClosed(connectPlain(server.port, '127.0.0.1'))).toBe('')
})

it('a request whose headers do not come to an end is given up', async () => {
  const socket = await connected()
  socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\n')
  expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 408 /)
})

it('headers longer than any token are refused', async () => {
  const socket = await connected()
  socket.write(`GET /metrics HTTP/1.1\r\nauthorization: Bearer ${'x'.repeat(70_000)}\r\n\r\n`)
  // 431, where it arrives before the end of the connection that the rest of the headers finds.
  expect(await untilClosed(socket)).not.toContain('answer')
})

it('whoever wants to upgrade before the answer to the request before has come is answered in the usual way', async () => {
  const socket = await connected()
  const head = 'GET /exec HTTP/1.1\r\nhost: x\r\n'
  socket.write(`${head}\r\n${head}connection: upgrade\r\nupgrade: SPDY/3.1\r\n\r\n`)
  expect((await untilClosed(socket)).match(/HTTP\S+ 200|answer/g)).toEqual([
    'HTTP/1.1 200',
    'answer',
    'HTTP/1.1 200',
    'answer',
  ])
})

it('a connection on which nothing more is asked is closed', async () => {
  const socket = await connected()
  socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n')
  expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*answer$/s)
})

it('a connection that is open does not hold up the end', async () => {
  const closed = untilClosed(await connected())
  await server[Symbol.asyncDispose]()
  await closed
  server = await open(0)
})

it('says which port cannot be listened on', async () => {
  await expect(open(server.port)).rejects.toThrow(`the kubelet cannot listen on port ${server.port}: `)
  expect(failures).toEqual([])
})
