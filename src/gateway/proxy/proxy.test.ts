import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type RequestListener,
  type Server,
} from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { silentLogger, systemClock } from '../../lib/index.ts'
import type { AccessRecord } from '../access-log.ts'
import { noFilters } from '../table/filters.ts'
import type { Endpoint, RoutingTable, Rule } from '../table/table.ts'
import { TableSource } from '../table-source.ts'
import { Proxy } from './proxy.ts'
import { GatewayServer } from './server.ts'
import { Upstreams } from './upstreams.ts'

const limits = { holdMs: 3000, connectTimeoutMs: 1000, answerTimeoutMs: 2000, maxResends: 3, maxUrlCharacters: 8000 }

let stack: AsyncDisposableStack
let tables: TableSource
let records: AccessRecord[]
let port: number
let server: GatewayServer

async function openProxy(overrides: Partial<typeof limits> = {}, sourceAddress?: string): Promise<void> {
  const upstreams = new Upstreams({ clock: systemClock, random: Math.random, sourceAddress })
  const stop = new AbortController()
  const proxy = new Proxy({
    tables,
    upstreams,
    clock: systemClock,
    limits: { ...limits, ...overrides },
    stop: stop.signal,
  })
  const own = records
  const accessLog = { write: (record: AccessRecord) => own.push(record), [Symbol.asyncDispose]: async () => {} }
  const listen = { host: '127.0.0.1', port: 0 }
  server = new GatewayServer({ proxy, clock: systemClock, logger: silentLogger, accessLog, listen, bodyIdleMs: 2000 })
  port = (await server.listen()).port
  stack.defer(async () => {
    stop.abort()
    upstreams.close()
    await server.close(0)
  })
}

beforeEach(() => {
  stack = new AsyncDisposableStack()
  tables = new TableSource()
  records = []
})
afterEach(() => stack.disposeAsync())

async function backend(listener: RequestListener): Promise<{ endpoint: Endpoint; server: Server }> {
  const http = createServer(listener)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  stack.defer(() => {
    http.closeAllConnections()
    return new Promise<void>((resolve) => http.close(() => resolve()))
  })
  return { endpoint: endpointAt((http.address() as AddressInfo).port), server: http }
}

function endpointAt(number: number, pod = `hello-${number}`): Endpoint {
  return { id: `127.0.0.1:${number}`, address: '127.0.0.1', port: number, pod }
}

/** A port on which nothing listens. */
async function deadPort(): Promise<number> {
  const closed = createTcpServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const { port: number } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  return number
}

function serveWith(endpoints: readonly Endpoint[], rule: Partial<Rule> = {}): RoutingTable {
  const problem =
    endpoints.length === 0 ? { text: 'hello has no ready pod: 1 pod is starting', broken: false } : undefined
  const full: Rule = {
    app: 'hello',
    source: 'HTTPRoute default/hello',
    namespace: 'default',
    backends: [{ service: 'default/hello', weight: 1, endpoints, problem, filters: noFilters }],
    totalWeight: 1,
    filters: noFilters,
    maintenance: undefined,
    requestTimeoutMs: undefined,
    backendTimeoutMs: undefined,
    ...rule,
  }
  const match = {
    path: { type: 'PathPrefix', value: '' },
    method: undefined,
    headers: [],
    query: [],
    rule: full,
  } as const
  const hosts = { exact: new Map([['hello.localhost', [match]]]), wildcard: new Map(), any: [] }
  return { http: hosts, https: hosts, certificates: new Map() }
}

interface Answer {
  status: number
  headers: IncomingMessage['headers']
  trailers: NodeJS.Dict<string>
  text: string
}

function ask(
  path = '/',
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method: options.method ?? 'GET',
        headers: { host: 'hello.localhost', ...options.headers },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('error', reject)
        response.on('end', () => {
          const { statusCode: status = 0, headers, trailers } = response
          resolve({ status, headers, trailers, text })
        })
      },
    )
    request.on('error', reject)
    request.end(options.body)
  })
}

describe('passing requests on', () => {
  it('passes method, path, query, headers and body, and says who asked', async () => {
    const { endpoint } = await backend((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += chunk))
      request.on('end', () => {
        const { method, url, headers } = request
        response.writeHead(201, { 'X-Answer': ['one', 'two'], Connection: 'x-secret', 'X-Secret': 'hop' })
        response.end(JSON.stringify({ method, url, headers, body }))
      })
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    const headers = { connection: 'x-mine', 'x-mine': 'hop', 'x-forwarded-for': '9.9.9.9', 'x-kept': 'yes' }
    const answer = await ask('/a%20b?c=d', { method: 'PUT', headers, body: 'payload' })
    expect(answer.status).toBe(201)
    expect(answer.headers['x-answer']).toBe('one, two')
    expect(answer.headers['x-secret']).toBeUndefined()
    const seen = JSON.parse(answer.text)
    expect(seen).toMatchObject({ method: 'PUT', url: '/a%20b?c=d', body: 'payload' })
    expect(seen.headers).toMatchObject({
      host: 'hello.localhost',
      'x-kept': 'yes',
      'x-forwarded-for': '9.9.9.9, 127.0.0.1',
      'x-forwarded-host': 'hello.localhost',
      'x-forwarded-proto': 'http',
      'content-length': '7',
    })
    expect(seen.headers['x-mine']).toBeUndefined()
    await expect.poll(() => records.length).toBe(1)
    expect(records[0]).toMatchObject({
      method: 'PUT',
      host: 'hello.localhost',
      path: '/a%20b',
      status: 201,
      app: 'hello',
      retries: 0,
    })
  })

  it('streams both ways, with trailers, before either side has ended', async () => {
    const { endpoint } = await backend((request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', Trailer: 'X-Sum' })
      response.flushHeaders()
      request.on('data', (chunk) => response.write(`echo ${chunk}`))
      request.on('end', () => {
        response.addTrailers({ 'X-Sum': 'done' })
        response.end()
      })
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', headers: { host: 'hello.localhost' } })
    request.flushHeaders()
    const response = await new Promise<IncomingMessage>((resolve) => request.on('response', resolve))
    const chunks = response[Symbol.asyncIterator]()
    request.write('one')
    expect(String((await chunks.next()).value)).toBe('echo one')
    request.write('two')
    expect(String((await chunks.next()).value)).toBe('echo two')
    request.end()
    expect((await chunks.next()).done).toBe(true)
    expect(response.trailers).toEqual({ 'x-sum': 'done' })
  })

  it('takes an upload that lasts longer than an answer may, as long as it goes on', async () => {
    const { endpoint } = await backend((request, response) => {
      request.resume().on('end', () => response.end('all of it'))
    })
    tables.set(serveWith([endpoint]))
    await openProxy({ answerTimeoutMs: 300 })
    const answer = Promise.withResolvers<IncomingMessage>()
    const headers = { host: 'hello.localhost' }
    const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', headers }, answer.resolve)
    request.on('error', answer.reject)
    for (let piece = 0; piece < 10; piece += 1) {
      request.write('piece')
      await systemClock.sleep(100)
    }
    request.end()
    const response = await answer.promise
    expect(response.statusCode).toBe(200)
    expect(await text(response)).toBe('all of it')
  })

  it('carries an upload of 50 MB without keeping it', async () => {
    const { endpoint } = await backend((request, response) => {
      let bytes = 0
      request.on('data', (chunk: Buffer) => (bytes += chunk.length))
      request.on('end', () => response.end(String(bytes)))
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    const chunk = Buffer.alloc(1024 * 1024, 7)
    const text = await new Promise<string>((resolve, reject) => {
      const request = httpRequest(
        { host: '127.0.0.1', port, method: 'POST', headers: { host: 'hello.localhost' } },
        (response) => {
          response.setEncoding('utf8').on('data', resolve)
        },
      )
      request.on('error', reject)
      let sent = 0
      const more = () => {
        while (sent < 50) {
          sent++
          if (!request.write(chunk)) return void request.once('drain', more)
        }
        request.end()
      }
      more()
    })
    expect(text).toBe(String(50 * 1024 * 1024))
  })

  it('asks the backend before it says 100 Continue', async () => {
    const { endpoint, server: http } = await backend((_request, response) => response.end('unused'))
    http.on('checkContinue', (request: IncomingMessage, response) => {
      if (request.url === '/refused') return response.writeHead(413).end()
      response.writeContinue()
      request.on('data', (data) => response.end(`got ${data}`))
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    const ask100 = (path: string) =>
      new Promise<string>((resolve) => {
        const headers = { host: 'hello.localhost', expect: '100-continue', 'content-length': '4' }
        const request = httpRequest({ host: '127.0.0.1', port, path, method: 'PUT', headers }, (response) => {
          let text = `${response.statusCode} `
          response.on('data', (data) => (text += data))
          response.on('end', () => {
            resolve(text)
            request.destroy()
          })
        })
        request.on('error', () => {})
        request.on('continue', () => request.end('body'))
        request.flushHeaders()
      })
    expect(await ask100('/ok')).toBe('200 got body')
    expect(await ask100('/refused')).toBe('413 ')
  })

  it('serves HTTP/1.0, and HEAD without a body', async () => {
    const { endpoint } = await backend((_request, response) => {
      response.write('part ')
      response.end('whole')
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    const raw = await rawRequest('GET / HTTP/1.0\r\nHost: hello.localhost\r\n\r\n')
    expect(raw).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(raw).not.toContain('chunked')
    expect(raw.endsWith('\r\n\r\npart whole')).toBe(true)
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  })

  it('breaks off for the client what breaks off at the backend', async () => {
    const { endpoint } = await backend((_request, response) => {
      response.write('half')
      setImmediate(() => response.destroy())
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    await expect(ask()).rejects.toThrow()
  })

  it('joins WebSockets, and answers a refused upgrade', async () => {
    const { endpoint, server: http } = await backend((_request, response) => response.writeHead(403).end('no'))
    const sockets = new WebSocketServer({ noServer: true })
    http.on('upgrade', (request, socket, head) => {
      if (request.url === '/refuse')
        return void socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nnope')
      sockets.handleUpgrade(request, socket, head, (ws) =>
        ws.on('message', (data: Buffer) => ws.send(`echo ${data.toString()}`)),
      )
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    const open = (path: string) =>
      new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host: 'hello.localhost' } })
    const ws = open('/')
    await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject))
    const big = 'x'.repeat(300_000)
    for (const message of ['hello', big]) {
      ws.send(message)
      expect(String(await new Promise((resolve) => ws.once('message', resolve)))).toBe(`echo ${message}`)
    }
    ws.close()
    await new Promise((resolve) => ws.once('close', resolve))
    await expect.poll(() => records.map((record) => record.status)).toEqual([101])
    const refused = open('/refuse')
    refused.on('error', () => {})
    const [, answer] = await new Promise<[unknown, IncomingMessage]>((resolve) =>
      refused.once('unexpected-response', (...args) => resolve(args)),
    )
    expect(answer.statusCode).toBe(401)
    answer.resume()
    await expect.poll(() => records.map((record) => record.status)).toEqual([101, 401])
    refused.terminate()
  })

  it('serves requests that were sent at once one after the other, and upgrades none of them', async () => {
    let open = 0
    let most = 0
    const { endpoint } = await backend((request, response) => {
      most = Math.max(most, ++open)
      setImmediate(() => {
        open--
        response.end(`${request.url} ${request.headers.upgrade ?? 'stays'}\n`)
      })
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    const request = (path: string, ...headers: string[]) =>
      [`GET ${path} HTTP/1.1`, 'Host: hello.localhost', ...headers, '', ''].join('\r\n')
    const upgrade = request('/4', 'Connection: Upgrade', 'Upgrade: websocket')
    const client = connect(port, '127.0.0.1')
    client.write(request('/1') + request('/2') + request('/3') + upgrade)
    expect((await text(client)).match(/^\/.*$/gm)).toEqual(['/1 stays', '/2 stays', '/3 stays', '/4 stays'])
    expect(most).toBe(1)
    await expect.poll(() => records.map(({ path }) => path)).toEqual(['/1', '/2', '/3', '/4'])
  })

  it('gives a long answer to who asked for an upgrade in vain', async () => {
    const { endpoint } = await backend((_request, response) => response.end(Buffer.alloc(8_000_000, 'x')))
    tables.set(serveWith([endpoint]))
    await openProxy()
    const headers = { host: 'hello.localhost', connection: 'Upgrade', upgrade: 'websocket' }
    const answer = await new Promise<IncomingMessage>((resolve, reject) =>
      httpRequest({ host: '127.0.0.1', port, headers }, resolve).on('error', reject).end(),
    )
    let bytes = 0
    for await (const chunk of answer) bytes += (chunk as Buffer).length
    expect(bytes).toBe(8_000_000)
    await expect.poll(() => records.map((record) => record.status)).toEqual([200])
  })
})

describe('requests without a body', () => {
  it('follow each other on one connection', async () => {
    const clients = new Set<unknown>()
    const { endpoint } = await backend((request, response) => {
      clients.add(request.socket)
      response.end(request.url)
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    for (const path of ['/a', '/b', '/c?d']) expect((await ask(path)).text).toBe(path)
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
    expect(clients.size).toBe(1)
  })

  it.each(['DELETE', 'OPTIONS', 'POST'])('come to the app without one, whatever is asked: %s', async (method) => {
    const { endpoint } = await backend((request, response) => {
      let bytes = 0
      request.on('data', (chunk: Buffer) => (bytes += chunk.length))
      request.on('end', () => response.end(`${request.method} ${request.url} ${bytes}\n`))
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    const client = connect(port, '127.0.0.1')
    const head = (path: string, last = '') => `${method} ${path} HTTP/1.1\r\nHost: hello.localhost\r\n${last}\r\n`
    client.write(head('/a') + head('/b', 'Connection: close\r\n'))
    expect((await text(client)).match(/^[A-Z]+ \/.*$/gm)).toEqual([`${method} /a 0`, `${method} /b 0`])
  })

  it('are answered at the pace of who reads', async () => {
    const size = 30 * 1024 * 1024
    let sent = 0
    const { endpoint } = await backend((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x')
      const more = () => {
        while (sent < size && response.write(chunk)) sent += chunk.length
        if (sent < size) {
          sent += chunk.length
          response.once('drain', more)
        } else response.end()
      }
      more()
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    const bytes = await new Promise<number>((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port, headers: { host: 'hello.localhost' } }, (response) => {
        response.pause()
        let read = 0
        response.on('data', (data: Buffer) => (read += data.length)).on('end', () => resolve(read))
        const settled = async () => {
          for (let before = -1; sent > before; ) {
            before = sent
            for (let turn = 0; turn < 50; turn++) await new Promise((next) => setImmediate(next))
          }
        }
        void settled().then(() => {
          expect(sent).toBeLessThan(size)
          response.resume()
        }, reject)
      })
      request.on('error', reject).end()
    })
    expect(bytes).toBeGreaterThanOrEqual(size)
  })

  it('are not sent with what a filter must not put into a header', async () => {
    let seen = 0
    const { endpoint } = await backend((_request, response) => {
      seen++
      response.end()
    })
    const put = ['X-Evil', 'a\r\nX-Other: b']
    const request = { drop: new Set<string>(), put, add: new Map() }
    tables.set(serveWith([endpoint], { filters: { ...noFilters, request } }))
    await openProxy()
    await expect(ask()).rejects.toThrow('socket hang up')
    expect(seen).toBe(0)
  })
})

function rawRequest(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.setEncoding('latin1').on('data', (data: string) => (answer += data))
    socket.on('end', () => {
      socket.destroy()
      resolve(answer)
    })
    socket.on('error', reject)
  })
}

describe('failing backends', () => {
  it('asks another endpoint when one refuses, whatever the method', async () => {
    const { endpoint } = await backend((request, response) =>
      request.on('data', () => {}).on('end', () => response.end('fine')),
    )
    tables.set(serveWith([endpointAt(await deadPort()), endpointAt(await deadPort()), endpoint]))
    await openProxy()
    for (let i = 0; i < 6; i++)
      expect(await ask('/', { method: 'POST', body: 'x' })).toMatchObject({ status: 200, text: 'fine' })
  })

  it('never shows the client a connection that the backend closed for its age', async () => {
    // Closes each connection after one answer without saying so: every kept connection is stale.
    const { endpoint } = await backend((request, response) => {
      response.setHeader('Content-Length', 2)
      response.end('ok')
      const { socket } = request
      response.on('finish', () => setImmediate(() => socket.resetAndDestroy()))
    })
    tables.set(serveWith([endpoint]))
    await openProxy()
    for (const asked of [{ method: 'PUT', body: 'again' }, { method: 'GET' }])
      for (let i = 0; i < 30; i++) expect(await ask('/', asked)).toMatchObject({ status: 200 })
  })

  it.each([
    ['Content-Length: 1\r\nContent-Length: 2\r\n\r\nok', 'closed the connection before answering'],
    ['Content-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', undefined],
  ])('takes no answer that can be read in two ways: %j', async (rest, problem) => {
    const raw = createTcpServer((socket) => socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\n${rest}`)))
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve))
    stack.defer(() => void raw.close())
    tables.set(serveWith([endpointAt((raw.address() as AddressInfo).port)]))
    await openProxy()
    const { status, text } = await ask()
    if (problem === undefined) expect([status, text]).toEqual([200, ''])
    else expect([status, text]).toEqual([502, expect.stringContaining(problem)])
  })

  it('comes to backends from the address it was given', async () => {
    await openProxy({}, '127.0.0.9')
    const { endpoint } = await backend((request, response) => response.end(request.socket.remoteAddress))
    tables.set(serveWith([endpoint]))
    expect((await ask()).text).toBe('127.0.0.9')
  })

  it('does not send a POST twice that the backend may have seen, and says what happened', async () => {
    let seen = 0
    const { endpoint } = await backend((request) => {
      seen++
      request.socket.destroy()
    })
    tables.set(serveWith([endpoint]))
    await openProxy({ holdMs: 300 })
    const answer = await ask('/', { method: 'POST', body: 'once', headers: { accept: 'application/json' } })
    expect(answer.status).toBe(502)
    expect(JSON.parse(answer.text).message).toBe(`${endpoint.pod} closed the connection before answering`)
    expect(seen).toBe(1)
    seen = 0
    expect((await ask('/')).status).toBe(502)
    expect(seen).toBeGreaterThan(1)
    expect(seen).toBeLessThan(6)
  })

  it('answers 504 when the backend takes too long', async () => {
    const { endpoint } = await backend(() => {})
    tables.set(serveWith([endpoint], { requestTimeoutMs: 100 }))
    await openProxy()
    expect(await ask()).toMatchObject({
      status: 504,
      text: `504 Gateway Timeout: ${endpoint.pod} did not answer in time\n`,
    })
  })

  it('gives each request over one connection its own time', async () => {
    const { endpoint, server: http } = await backend((request, response) => {
      if (request.url !== '/slow') response.end('quick')
    })
    let connections = 0
    http.on('connection', () => (connections += 1))
    tables.set(serveWith([endpoint], { backendTimeoutMs: 500 }))
    await openProxy()
    for (let n = 0; n < 3; n += 1) expect(await ask()).toMatchObject({ status: 200, text: 'quick' })
    const start = performance.now()
    expect((await ask('/slow')).status).toBe(504)
    expect(performance.now() - start).toBeGreaterThan(490)
    expect(connections).toBe(1)
  })

  it('holds a request until a pod is ready', async () => {
    const { endpoint } = await backend((_request, response) => response.end('woken'))
    tables.set(serveWith([]))
    await openProxy()
    const waiting = ask()
    await expect.poll(() => server.connections()).toBe(1)
    tables.set(serveWith([endpoint]))
    expect(await waiting).toMatchObject({ status: 200, text: 'woken' })
  })

  it('loses no request while endpoints are exchanged under load', async () => {
    const start = () => backend((_request, response) => response.end('ok'))
    let current = await start()
    tables.set(serveWith([current.endpoint]))
    await openProxy()
    const stop = new AbortController()
    const statuses = new Map<number, number>()
    const load = Array.from({ length: 8 }, async () => {
      while (!stop.signal.aborted) {
        const { status } = await ask('/', { method: 'GET' })
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    })
    for (let i = 0; i < 5; i++) {
      const next = await start()
      const before = statuses.get(200) ?? 0
      // The old one stops without a warning; the table only hears of it afterwards.
      current.server.close()
      current.server.closeIdleConnections()
      tables.set(serveWith([current.endpoint, next.endpoint]))
      await expect.poll(() => statuses.get(200) ?? 0).toBeGreaterThan(before + 50)
      tables.set(serveWith([next.endpoint]))
      current = next
    }
    stop.abort()
    await Promise.all(load)
    expect([...statuses.keys()]).toEqual([200])
  })
})

describe('requests that nobody can answer', () => {
  it('while an app is in maintenance are told so, and when to come again; the app is not asked', async () => {
    const { endpoint } = await backend((_, response) => response.end('never'))
    tables.set(serveWith([endpoint], { maintenance: 'Back at <ten>' }))
    await openProxy()
    const page = await ask('/any?path', { method: 'POST', body: 'x', headers: { accept: 'text/html' } })
    expect(page).toMatchObject({ status: 503, text: expect.stringContaining('Back at &#60;ten&#62;') })
    expect(page.headers).toMatchObject({ 'retry-after': '60', 'cache-control': 'no-store' })
    tables.set(serveWith([endpoint], { maintenance: '' }))
    expect((await ask()).text).toBe('503 Service Unavailable: hello is being worked on and will be back soon\n')
  })

  it('explains itself in the form that is asked for', async () => {
    tables.set(serveWith([]))
    await openProxy({ holdMs: 20 })
    const page = await ask('/', { headers: { accept: 'text/html,*/*' } })
    expect(page.status).toBe(503)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.text).toContain('hello has no ready pod: 1 pod is starting')
    const json = await ask('/', { headers: { accept: 'application/json' } })
    expect(JSON.parse(json.text)).toMatchObject({ status: 503, message: expect.stringContaining('no ready pod') })
    const unknown = await ask('/', { headers: { host: 'nobody.localhost"<b>', accept: 'text/html' } })
    expect(unknown.status).toBe(404)
    expect(unknown.text).not.toContain('<b>')
    expect(unknown.text).not.toContain('hello')
  })

  it.each([
    [
      'a body of two lengths',
      'POST / HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['no HTTP', 'EHLO there\r\n\r\n', 400],
    ['a header without end', `GET / HTTP/1.1\r\nHost: hello.localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    [
      'an address too long',
      `GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: hello.localhost\r\nConnection: close\r\n\r\n`,
      414,
    ],
  ])('refuses %s', async (_name, text, status) => {
    const { endpoint } = await backend((_request, response) => response.end('reached'))
    tables.set(serveWith([endpoint]))
    await openProxy()
    const answer = await rawRequest(text)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).not.toContain('reached')
  })

  it('redirects', async () => {
    const redirect = { scheme: 'https', hostname: undefined, port: undefined, path: undefined, statusCode: 301 }
    tables.set(serveWith([], { filters: { ...noFilters, redirect } }))
    await openProxy()
    const answer = await ask('/a?b')
    expect(answer).toMatchObject({ status: 301, headers: { location: 'https://hello.localhost/a?b' } })
  })

  it('lets what is in flight finish when it closes', async () => {
    const arrived = Promise.withResolvers<() => void>()
    const { endpoint } = await backend((_request, response) => arrived.resolve(() => response.end('late')))
    tables.set(serveWith([endpoint]))
    await openProxy()
    const waiting = ask()
    const answer = await arrived.promise
    const closing = server.close(5000)
    answer()
    expect(await waiting).toMatchObject({ status: 200, text: 'late' })
    await closing
    await expect(rawRequest('')).rejects.toThrow('ECONNREFUSED')
  })
})
