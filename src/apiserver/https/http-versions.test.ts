/** What holds over both versions of HTTP alike: each is served by code of its own. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { Agent, request as requestHttps } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { resources } from '../../api/index.ts'
import { openClient } from '../../client/index.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { openSqliteStore, type Store } from '../../store/index.ts'
import { type ApiServer, openApiServer } from '../api-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

interface Answer {
  status: number
  headers: Record<string, unknown>
  body: Buffer
}

interface Sent {
  path: string
  headers?: Record<string, string>
  body?: string
  /** Ends the request once this much has come. */
  leaveAfter?: number
}

/** All requests of a test go over one connection. */
interface Line extends AsyncDisposable {
  send(method: string, sent: Sent): Promise<Answer>
  /** Asks, and reads nothing of the answer. Resolves, when it has begun, to what gives it up. */
  ignore(path: string): Promise<() => void>
}

type Credentials = { ca: string; cert: string; key: string }

function openHttp1(url: string, credentials: Credentials): Line {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...credentials })
  return {
    send: (method, { path, headers = {}, body, leaveAfter }) =>
      new Promise((resolve, reject) => {
        const request = requestHttps(new URL(path, url), { method, agent, headers }, (response) => {
          const chunks: Buffer[] = []
          const end = () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
          response.on('data', (chunk: Buffer) => {
            chunks.push(chunk)
            if (leaveAfter !== undefined && Buffer.concat(chunks).length >= leaveAfter) {
              end()
              request.destroy()
            }
          })
          response.on('error', () => {})
          response.on('end', end)
        })
        request.on('error', reject)
        request.end(body)
      }),
    ignore: (path) =>
      new Promise((resolve, reject) => {
        const request = requestHttps(new URL(path, url), { agent }, (response) => resolve(() => response.destroy()))
        request.on('error', reject)
        request.end()
      }),
    async [Symbol.asyncDispose]() {
      agent.destroy()
    },
  }
}

function openHttp2(url: string, credentials: Credentials): Line {
  const session: ClientHttp2Session = connectHttp2(url, credentials)
  return {
    async send(method, { path, headers = {}, body, leaveAfter }) {
      const stream = session.request(
        { ':method': method, ':path': path, ...headers },
        { endStream: body === undefined },
      )
      if (body !== undefined) stream.end(body)
      const chunks: Buffer[] = []
      let answered: Record<string, unknown> = {}
      stream.on('response', (found) => (answered = found))
      const left = new Promise<void>((resolve) =>
        stream.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          if (leaveAfter !== undefined && Buffer.concat(chunks).length >= leaveAfter) resolve()
        }),
      )
      await Promise.race([once(stream, 'end'), left])
      stream.close()
      return { status: Number(answered[':status']), headers: answered, body: Buffer.concat(chunks) }
    },
    async ignore(path) {
      const stream = session.request({ ':path': path })
      await once(stream, 'response')
      return () => stream.destroy()
    },
    async [Symbol.asyncDispose]() {
      session.close()
      await once(session, 'close')
    },
  }
}

describe.each([
  ['HTTP/1.1', openHttp1],
  ['HTTP/2', openHttp2],
])('%s', (_version, openLine) => {
  let directory: string
  let store: Store
  let server: ApiServer
  let line: Line
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'naru-apiserver-'))
    store = await openSqliteStore({ path: join(directory, 'store.sqlite') })
    const listen = { host: '127.0.0.1', port: 0 }
    server = await openApiServer({
      store,
      certificatesDir: directory,
      logger: silentLogger,
      clock: systemClock,
      ...listen,
    })
    const { certPem, keyPem } = await server.issueClientCertificate({ user: 'admin', groups: ['system:masters'] })
    line = openLine(server.url, { ca: server.caPem, cert: certPem, key: keyPem })
  })
  afterEach(async () => {
    await line[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })
  const create = (name: string, value = '') =>
    line.send('POST', {
      path: MAPS,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { name }, data: { value } }),
    })

  test('one connection carries bodies, answers without one, and refusals', async () => {
    expect((await create('a', '값')).status).toBe(201)
    const read = await line.send('GET', { path: `${MAPS}/a` })
    expect(JSON.parse(read.body.toString())).toMatchObject({ data: { value: '값' } })
    expect(Number(read.headers['content-length'])).toBe(read.body.length)
    const head = await line.send('HEAD', { path: '/healthz' })
    expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) })
    expect(head.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect((await line.send('HEAD', { path: `${MAPS}/a` })).status).toBe(405)
    expect((await line.send('GET', { path: '/api/v1/%zz' })).status).toBe(400)
    expect((await line.send('TRACE', { path: MAPS })).status).toBe(405)
    expect((await line.send('GET', { path: '/readyz' })).body.toString()).toBe('ok')
  })

  test('a body that is too large, or compressed, is refused, and the client goes on', async () => {
    const large = await line.send('POST', { path: MAPS, body: 'x'.repeat(3 * 1024 * 1024 + 1) })
    expect(JSON.parse(large.body.toString())).toMatchObject({ code: 413, reason: 'RequestEntityTooLarge' })
    const zipped = await line.send('POST', { path: MAPS, headers: { 'content-encoding': 'gzip' }, body: 'x' })
    expect(zipped.status).toBe(415)
    expect((await create('a')).status).toBe(201)
  })

  test('lists of several megabytes come whole, and compressed for those who can read it', async () => {
    for (let i = 0; i < 60; i++) await create(`a${i}`, `${i}`.repeat(30_000))
    const sizes = new Set<number>()
    // The second time they are put together from what was kept of the first.
    for (let round = 0; round < 3; round++) {
      const plain = await line.send('GET', { path: MAPS })
      const zipped = await line.send('GET', { path: MAPS, headers: { 'accept-encoding': 'gzip' } })
      expect(zipped.headers['content-encoding']).toBe('gzip')
      expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true)
      expect((JSON.parse(plain.body.toString()) as { items: unknown[] }).items).toHaveLength(60)
      sizes.add(plain.body.length)
    }
    expect(sizes.size).toBe(1)
    await create('b')
    const { items } = JSON.parse((await line.send('GET', { path: MAPS })).body.toString()) as { items: unknown[] }
    expect(items).toHaveLength(61)
  })

  test('a watch tells every event and ends with its reader', async () => {
    await create('a')
    const watch = await line.send('GET', { path: `${MAPS}?watch=true&fieldSelector=metadata.name%3Da`, leaveAfter: 10 })
    expect(watch.body.toString()).toMatch(/^\{"type":"ADDED","object":\{.*"name":"a".*\}\}\n$/)
    await expect.poll(() => store.stats().watches).toBe(0)
  })
  test('a watch that its reader takes nothing of ends with it', async () => {
    const giveUp = await line.ignore(`${MAPS}?watch=true`)
    await expect.poll(() => store.stats().watches).toBe(1)
    const client = openClient(server.exchangeAs({ name: 'admin', groups: ['system:masters'] }))
    // More than there is room for on the way.
    for (let i = 0; i < 16; i++)
      await client.create(resources.configmaps, {
        metadata: { name: `a${i}`, namespace: 'default' },
        data: { value: 'x'.repeat(900_000) },
      })
    giveUp()
    await expect.poll(() => store.stats().watches).toBe(0)
  })
})
