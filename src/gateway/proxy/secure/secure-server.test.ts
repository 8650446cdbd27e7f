import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  constants,
  type IncomingHttpHeaders,
  type Settings,
} from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { type HostAuthority, issueCertificate, openHostAuthority } from '../../../certificates/index.ts'
import { silentLogger, systemClock } from '../../../lib/index.ts'
import type { AccessRecord } from '../../access-log.ts'
import { noFilters } from '../../table/filters.ts'
import type { GivenCertificate, HostTable, RoutingTable } from '../../table/table.ts'
import { TableSource } from '../../table-source.ts'
import { Proxy } from '../proxy.ts'
import { GatewayServer } from '../server.ts'
import { Upstreams } from '../upstreams.ts'
import { HostCertificates } from './host-certificates.ts'

const limits = { holdMs: 2000, connectTimeoutMs: 1000, answerTimeoutMs: 2000, maxResends: 3, maxUrlCharacters: 8000 }
const HOST = 'hello.localhost'
let stack: AsyncDisposableStack
let tables: TableSource
let records: AccessRecord[]
let authority: HostAuthority
let ports: { port: number; securePort: number }
let server: GatewayServer

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  tables = new TableSource()
  records = []
  const own = records
  const folder = await mkdtemp(join(tmpdir(), 'naru-secure-'))
  stack.defer(() => rm(folder, { recursive: true }))
  authority = await openHostAuthority(folder, systemClock)
  const stop = new AbortController()
  const upstreams = new Upstreams({ clock: systemClock, random: Math.random, sourceAddress: undefined })
  server = new GatewayServer({
    proxy: new Proxy({ tables, upstreams, clock: systemClock, limits, stop: stop.signal }),
    clock: systemClock,
    logger: silentLogger,
    accessLog: { write: (record) => own.push(record), [Symbol.asyncDispose]: async () => {} },
    listen: { host: '127.0.0.1', port: 0 },
    bodyIdleMs: 2000,
    secure: {
      port: 0,
      certificates: new HostCertificates({ tables, authority, clock: systemClock, holdMs: 300, stop: stop.signal }),
    },
  })
  const { port, securePort = 0 } = await server.listen()
  ports = { port, securePort }
  stack.defer(async () => {
    stop.abort()
    upstreams.close()
    await server.close(0)
  })
})
afterEach(() => stack.disposeAsync())

async function serve(listener: RequestListener, certificates: [string, GivenCertificate][] = []): Promise<void> {
  const http = createServer(listener)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  stack.defer(() => {
    http.closeAllConnections()
    return new Promise<void>((resolve) => http.close(() => resolve()))
  })
  tables.set(tableTo((http.address() as AddressInfo).port, certificates))
}

function tableTo(port: number, certificates: [string, GivenCertificate][] = []): RoutingTable {
  const endpoint = { id: `127.0.0.1:${port}`, address: '127.0.0.1', port, pod: 'hello-1' }
  const backend = { service: 'default/hello', weight: 1, endpoints: [endpoint], problem: undefined, filters: noFilters }
  const rule = {
    app: 'hello',
    source: 'HTTPRoute default/hello',
    namespace: 'default',
    backends: [backend],
    totalWeight: 1,
    filters: noFilters,
  }
  const whole = { ...rule, maintenance: undefined, requestTimeoutMs: undefined, backendTimeoutMs: undefined }
  const path = { type: 'PathPrefix', value: '' } as const
  const match = { path, method: undefined, headers: [], query: [], rule: whole }
  const hosts: HostTable = { exact: new Map([[HOST, [match]]]), wildcard: new Map(), any: [] }
  const none: HostTable = { exact: new Map(), wildcard: new Map(), any: [] }
  return { http: none, https: hosts, certificates: new Map(certificates) }
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

function ask1(path = '/', options: { body?: string; servername?: string } = {}): Promise<Answer> {
  const { body, servername = HOST } = options
  return new Promise((resolve, reject) => {
    const at = { host: '127.0.0.1', port: ports.securePort, servername, ca: authority.authority.certPem }
    const method = body === undefined ? 'GET' : 'POST'
    const request = httpsRequest({ ...at, path, method, headers: { host: HOST } }, (response: IncomingMessage) => {
      let text = ''
      response.on('data', (data) => (text += data))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    request.on('error', reject).end(body)
  })
}

function session(): ClientHttp2Session {
  const opened = connectHttp2(`https://${HOST}:${ports.securePort}`, {
    ca: authority.authority.certPem,
    lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
  })
  stack.defer(() => opened.destroy())
  opened.on('error', () => {})
  return opened
}

function ask2(over: ClientHttp2Session, headers: Record<string, string | string[]>, body?: string | Buffer) {
  return new Promise<Answer & { trailers: IncomingHttpHeaders }>((resolve, reject) => {
    const stream = over.request({ ':path': '/', ...headers }, { endStream: body === undefined })
    let head: IncomingHttpHeaders = {}
    let trailers: IncomingHttpHeaders = {}
    let text = ''
    stream.on('response', (received) => (head = received))
    stream.on('trailers', (received) => (trailers = received))
    stream.on('data', (data) => (text += data))
    stream.on('end', () => resolve({ status: Number(head[':status']), headers: head, text, trailers }))
    stream.on('error', reject)
    stream.on('close', () => reject(new Error(`closed with ${stream.rstCode}`)))
    if (body !== undefined) stream.end(body)
  })
}

const echo: RequestListener = (request, response) => {
  const { method, url, headers, rawHeaders } = request
  let body = ''
  request.on('data', (data) => (body += data))
  request.on('end', () => {
    response.setHeader('Set-Cookie', ['a=1', 'b=2'])
    response.end(JSON.stringify({ method, url, headers, rawHeaders, body }))
  })
}

/** The server's certificate as a client sees it that takes any. */
function shown(servername: string | undefined): Promise<{ names: string; authorized: boolean; alpn: unknown }> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      host: '127.0.0.1',
      port: ports.securePort,
      ...(servername !== undefined && { servername }),
      ca: authority.authority.certPem,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2', 'http/1.1'],
    })
    socket.on('secureConnect', () => {
      const { subjectaltname: names = '' } = socket.getPeerCertificate()
      resolve({ names, authorized: socket.authorized, alpn: socket.alpnProtocol })
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

describe('certificates', () => {
  it('are made for hosts of this machine when they are asked for, and shown to those who trust their authority', async () => {
    tables.set(tableTo(1))
    expect(await shown('Shop.localhost')).toEqual({ names: 'DNS:shop.localhost', authorized: true, alpn: 'h2' })
    expect(await shown('a.b.test')).toMatchObject({ names: 'DNS:a.b.test', authorized: true })
    expect((await shown(undefined)).names).toContain('DNS:localhost')
  })
  it('of other hosts are those that were given, the most exact first; without one it is said for whom the gateway speaks', async () => {
    const lives = { nowMs: Date.now(), lifetimeMs: 86_400_000, purpose: 'server' as const }
    const given = async (name: string): Promise<[string, GivenCertificate]> => {
      const pair = await issueCertificate({ ...lives, commonName: name, names: { dns: [name], ip: [] } })
      return [name, { ...pair, source: `Secret default/${name}` }]
    }
    tables.set(
      tableTo(1, [await given('*.example.com'), await given('shop.example.com'), await given('own.localhost')]),
    )
    expect((await shown('shop.example.com')).names).toBe('DNS:shop.example.com')
    expect((await shown('other.example.com')).names).toBe('DNS:*.example.com')
    expect((await shown('own.localhost')).names).toBe('DNS:own.localhost')
    expect((await shown('example.org')).names).toContain('DNS:localhost')
    expect((await shown(`${'x'.repeat(70)}.localhost`)).names).toContain('DNS:localhost,')
  })
  it('are waited for while the gateway does not know yet which were given', async () => {
    const waiting = shown('shop.localhost')
    tables.set(tableTo(1))
    expect((await waiting).names).toBe('DNS:shop.localhost')
  })
})

describe('HTTPS', () => {
  it('carries HTTP/1.1 to the app, and says that it was HTTPS', async () => {
    await serve(echo)
    const answer = await ask1('/a?b', { body: 'hello' })
    const seen = JSON.parse(answer.text)
    expect(seen).toMatchObject({ method: 'POST', url: '/a?b', body: 'hello' })
    expect(seen.headers).toMatchObject({ host: HOST, 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' })
    await expect.poll(() => records).toMatchObject([{ status: 200, host: HOST }])
  })
  it('has routes of its own', async () => {
    await serve(echo)
    const plain = await fetch(`http://127.0.0.1:${ports.port}/`, { headers: { host: HOST } })
    expect(plain.status).toBe(404)
  })
  it('carries WebSockets', async () => {
    const http = createServer()
    new WebSocketServer({ server: http }).on('connection', (socket, request) => {
      socket.on('message', (data) =>
        socket.send([request.headers['x-forwarded-proto'], (data as Buffer).toString()].join(' ')),
      )
    })
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    stack.defer(() => {
      http.closeAllConnections()
      http.close()
    })
    tables.set(tableTo((http.address() as AddressInfo).port))
    const options = { servername: HOST, headers: { host: HOST }, ca: authority.authority.certPem }
    const socket = new WebSocket(`wss://127.0.0.1:${ports.securePort}/`, options)
    const answer = new Promise((resolve, reject) => {
      socket.on('open', () => socket.send('ping'))
      socket.on('message', (data) => resolve((data as Buffer).toString()))
      socket.on('error', reject)
    })
    expect(await answer).toBe('https ping')
    socket.terminate()
  })
  it('says nothing to clients that speak plain HTTP there, and goes on', async () => {
    await serve(echo)
    await expect(fetch(`http://127.0.0.1:${ports.securePort}/`)).rejects.toThrow('fetch failed')
    expect((await ask1()).status).toBe(200)
  })
})

describe('HTTP/2', () => {
  it('requests come to the app as those of HTTP/1.1 do', async () => {
    await serve(echo)
    const cookie = ['a=1', 'b=2']
    const answer = await ask2(session(), { ':path': '/a?b', cookie, 'x-two': ['1', '2'], te: 'trailers' })
    const seen = JSON.parse(answer.text)
    expect(answer.headers).toMatchObject({ ':status': 200, 'set-cookie': ['a=1', 'b=2'] })
    expect(answer.headers).not.toHaveProperty('connection')
    expect(seen).toMatchObject({ method: 'GET', url: '/a?b' })
    const { host, cookie: joined, te, 'x-two': two } = seen.headers
    expect({ host, joined, te, two }).toEqual({
      host: `${HOST}:${ports.securePort}`,
      joined: 'a=1; b=2',
      te: 'trailers',
      two: '1, 2',
    })
    expect(seen.headers).toMatchObject({
      'x-forwarded-proto': 'https',
      'x-forwarded-host': `${HOST}:${ports.securePort}`,
    })
    expect(seen.rawHeaders.filter((name: string) => name.startsWith(':'))).toEqual([])
    await expect.poll(() => records).toMatchObject([{ status: 200, host: HOST, bytes: answer.text.length }])
  })
  it('bodies go both ways, with and without a length, side by side', async () => {
    await serve(echo)
    const over = session()
    const large = 'x'.repeat(300_000)
    const bodies = ['small', large, '']
    const sent = bodies.flatMap((body) => [
      ask2(over, { ':method': 'POST' }, body),
      ask2(over, { ':method': 'PUT', 'content-length': String(body.length) }, body),
    ])
    for (const [index, answer] of (await Promise.all(sent)).entries())
      expect(JSON.parse(answer.text).body).toBe(bodies[Math.floor(index / 2)])
  })
  it('no tunnels are made, neither for WebSockets: clients are not told that they could ask, and open a connection', async () => {
    await serve((_request, response) => response.end('never'))
    const over = session()
    const settings = await new Promise<Settings>((resolve) => over.once('remoteSettings', resolve))
    expect(settings.enableConnectProtocol).toBe(false)
    const stream = over.request({ ':method': 'CONNECT', ':authority': HOST })
    const head = await new Promise<IncomingHttpHeaders>((resolve) => stream.once('response', resolve))
    expect(head[':status']).toBe(405)
  })

  it('answers have their trailers', async () => {
    await serve((_request, response) => {
      response.writeHead(200, { Trailer: 'X-Sum' })
      response.write('body')
      response.addTrailers({ 'X-Sum': '42' })
      response.end()
    })
    expect(await ask2(session(), {})).toMatchObject({ text: 'body', trailers: { 'x-sum': '42' } })
  })
  it('an answer that breaks off does not look like a whole one', async () => {
    const raw = createTcpServer((socket) =>
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')),
    )
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve))
    stack.defer(() => void raw.close())
    tables.set(tableTo((raw.address() as AddressInfo).port))
    await expect(ask2(session(), {})).rejects.toThrow(/INTERNAL_ERROR|closed with 2/)
  })
  it('errors are pages there, too', async () => {
    tables.set(tableTo(1))
    const answer = await ask2(session(), { ':authority': 'nobody.localhost', accept: 'application/json' })
    expect(answer.status).toBe(404)
    expect(JSON.parse(answer.text).message).toBe('no app is served at nobody.localhost')
  })
  it.each([
    ['a length that is not that of the body', { ':method': 'POST', 'content-length': '3' }, 'longer'],
    ['another line in its path', { ':path': '/a\r\nX-Evil: 1' }, undefined],
    ['a space in its path', { ':path': '/a HTTP/1.1' }, undefined],
  ])('a request with %s does not come to the app', async (_name, headers, body) => {
    let bodies = ''
    await serve((request, response) => {
      request.on('data', (data) => (bodies += data))
      request.on('end', () => response.end(`reached ${JSON.stringify(request.rawHeaders)}`))
      request.on('error', () => {})
    })
    const outcome = await ask2(session(), headers, body).catch((error: Error) => error)
    expect(outcome).not.toMatchObject({ status: 200 })
    expect(bodies).not.toBe('longer')
  })
  it('a header with another line in it is not passed on', async () => {
    await serve(echo)
    const { headers } = JSON.parse((await ask2(session(), { 'x-a': 'b\r\nX-Evil: 1', 'x-b': 'c' })).text)
    expect(headers).toMatchObject({ 'x-b': 'c' })
    expect(JSON.stringify(headers)).not.toMatch(/x-a|evil/i)
  })
  it('lets what is in flight finish when the gateway closes', async () => {
    const arrived = Promise.withResolvers<() => void>()
    await serve((_request, response) => arrived.resolve(() => response.end('late')))
    const over = session()
    const waiting = ask2(over, {})
    const answer = await arrived.promise
    const closing = server.close(5000)
    answer()
    expect(await waiting).toMatchObject({ status: 200, text: 'late' })
    await closing
    expect(over.closed || over.destroyed).toBe(true)
  })
  it('a client that gives up ends the request at the app', async () => {
    const gone = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    await serve((request, response) => {
      response.on('close', () => gone.resolve())
      request.on('error', () => {})
      arrived.resolve()
    })
    const stream = session().request({ ':path': '/' })
    stream.on('error', () => {})
    await arrived.promise
    stream.close(constants.NGHTTP2_CANCEL)
    await gone.promise
    await expect.poll(() => records).toMatchObject([{ status: 499 }])
  })
  it('a client that gives up an answer of which it takes nothing ends it at the app', async () => {
    const gone = Promise.withResolvers<void>()
    await serve((_request, response) => {
      response.on('close', () => gone.resolve())
      response.end(Buffer.alloc(64 * 1024 * 1024))
    })
    const stream = session().request({ ':path': '/' })
    stream.on('error', () => {})
    await once(stream, 'response')
    stream.destroy()
    await gone.promise
    await expect.poll(() => records).toHaveLength(1)
  })
})
