/** Streams of pods from a real client's WebSocket through the real server to a container runtime's streaming server,
 *  which is played here: it speaks SPDY, echoes what it gets on stdin, and ends with a Status as runtimes do. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { type ApiRequest, resources } from '../../api/index.ts'
import { openClient } from '../../client/index.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { openMemoryStore, type Store } from '../../store/index.ts'
import { type ApiServer, openApiServer } from '../api-server.ts'
import { dataFrame, SpdyFrameReader } from '../../spdy/index.ts'

const EXEC = '/api/v1/namespaces/default/pods/web/exec?command=cat&stdin=true&stdout=true'
const SUCCESS = '{"metadata":{},"status":"Success"}'
/** Streams are opened in this order; a client's have odd numbers. */
const STREAM = { error: 1, stdin: 3, stdout: 5 }

async function* lines() {
  yield 'one\n'
  yield Buffer.from('two\n')
}

let directory: string
let store: Store
let server: ApiServer
let runtime: Server
let asked: ApiRequest[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'naru-streams-'))
  store = await openMemoryStore()
  asked = []
  const channels = new WebSocketServer({ noServer: true })
  runtime = createServer().on('upgrade', (request, socket, head) => {
    if (request.headers.upgrade === 'websocket') {
      channels.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.send(Buffer.of(1))
        webSocket.on('message', (message: Buffer) => webSocket.send(message))
      })
      return
    }
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\r\n')
    const reader = new SpdyFrameReader()
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.read(chunk)) {
        if (frame.type !== 'data' || frame.streamId !== STREAM.stdin) continue
        if (frame.data.length > 0) socket.write(dataFrame(STREAM.stdout, frame.data, false))
        if (frame.last) socket.end(dataFrame(STREAM.error, Buffer.from(SUCCESS), true))
      }
    })
  })
  runtime.listen(0, '127.0.0.1')
  await once(runtime, 'listening')
  const location = `http://127.0.0.1:${(runtime.address() as AddressInfo).port}/exec/token`
  server = await openApiServer({
    store,
    certificatesDir: directory,
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    clock: systemClock,
    kubelet: (request) => {
      asked.push(request)
      if (request.url.startsWith('/containerLogs/')) return Promise.resolve({ status: 200, headers: {}, body: lines() })
      return Promise.resolve({ status: 302, headers: { location }, body: '' })
    },
  })
  const admin = openClient(server.exchangeAs({ name: 'admin', groups: ['system:masters'] }))
  const account = { namespace: 'default', name: 'default' }
  await admin.create(resources.serviceaccounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account })
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'default', name: 'web' } }
  await admin.create(resources.pods, { ...pod, spec: { nodeName: 'one', containers: [{ name: 'app', image: 'app' }] } })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
  runtime.closeAllConnections()
  runtime.close()
  await rm(directory, { recursive: true, force: true })
})

async function connection(user: string, ...groups: string[]) {
  const { certPem, keyPem } = await server.issueClientCertificate({ user, groups })
  return { ca: server.caPem, cert: certPem, key: keyPem }
}

async function open(path: string, protocols: string[]): Promise<{ socket: WebSocket; messages: Buffer[] }> {
  const url = server.url.replace('https', 'wss') + path
  const socket = new WebSocket(url, protocols, await connection('admin', 'system:masters'))
  const messages: Buffer[] = []
  socket.on('message', (message: Buffer) => messages.push(message))
  await once(socket, 'open')
  return { socket, messages }
}

/** How the server refuses the handshake. */
async function refusal(path: string, options: object): Promise<{ status: number; message: string }> {
  const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': 'v5.channel.k8s.io' }
  const request = httpsRequest(server.url + path, { headers, agent: false, ...options }).end()
  const [response] = (await once(request, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }]
  let text = ''
  for await (const chunk of response) text += chunk.toString()
  return { status: response.statusCode, message: (JSON.parse(text) as { message: string }).message }
}

describe('a command over a WebSocket', () => {
  it('gets its input, gives its output and ends with a Status', async () => {
    const { socket, messages } = await open(EXEC, ['v5.channel.k8s.io', 'v4.channel.k8s.io'])
    expect(socket.protocol).toBe('v5.channel.k8s.io')
    expect(asked.map(({ method, url }) => [method, url])).toEqual([
      ['POST', '/exec/default/web/app?input=1&output=1&command=cat'],
    ])
    const text = 'x'.repeat(300_000)
    socket.send(Buffer.concat([Buffer.of(0), Buffer.from(text)]))
    socket.send(Buffer.of(255, 0))
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1000)
    const on = (channel: number) =>
      Buffer.concat(messages.filter(([first]) => first === channel).map((message) => message.subarray(1))).toString()
    expect(messages[0]).toEqual(Buffer.of(1))
    expect(on(1)).toBe(text)
    expect(on(3)).toBe(SUCCESS)
  })

  it('ends when the server does', async () => {
    const { socket } = await open(EXEC, ['v4.channel.k8s.io'])
    const closed = once(socket, 'close')
    await server[Symbol.asyncDispose]()
    await closed
  })

  it('is refused to those without the right, for pods that are not there, and in protocols that nobody speaks', async () => {
    const admin = await connection('admin', 'system:masters')
    expect(await refusal(EXEC, await connection('bob'))).toEqual({
      status: 403,
      message:
        'pods "web" is forbidden: User "bob" cannot get resource "pods/exec" in API group "" in the namespace "default"',
    })
    expect(await refusal(EXEC.replace('web', 'none'), admin)).toEqual({ status: 404, message: 'pods "none" not found' })
    const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': 'chat' }
    expect(await refusal(EXEC, { ...admin, headers })).toEqual({
      status: 400,
      message: 'unable to upgrade: none of the WebSocket protocols ["chat"] is known',
    })
    expect(await refusal(EXEC, { ...admin, headers: {} })).toEqual({ status: 400, message: 'Upgrade request required' })
    expect(asked.length).toBeLessThanOrEqual(1)
  })

  it('does not leave other requests of upgrading clients without an answer', async () => {
    const admin = await connection('admin', 'system:masters')
    expect(await refusal('/api/v1/namespaces/default/pods/none', admin)).toEqual({
      status: 404,
      message: 'pods "none" not found',
    })
  })
})

describe('the older protocols of WebSockets', () => {
  it.each([['channel.k8s.io'], ['base64.channel.k8s.io']])(
    '%s goes through to the runtime as it is',
    async (protocol) => {
      const { socket, messages } = await open(EXEC, [protocol])
      expect(socket.protocol).toBe(protocol)
      socket.send(Buffer.from('0hello'))
      await expect.poll(() => messages.map(String)).toEqual(['\u0001', '0hello'])
      socket.close()
      await once(socket, 'close')
    },
  )

  it.each([
    [['binary.k8s.io'], ['', 'one\n', 'two\n']],
    [['base64.binary.k8s.io'], ['', 'b25lCg==', 'dHdvCg==']],
    [[], ['', 'one\n', 'two\n']],
  ])('%j: a log comes as messages, after an empty one', async (protocols, expected) => {
    const { socket, messages } = await open('/api/v1/namespaces/default/pods/web/log', protocols)
    expect(socket.protocol).toBe(protocols[0] ?? '')
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1000)
    expect(messages.map(String)).toEqual(expected)
  })
})
