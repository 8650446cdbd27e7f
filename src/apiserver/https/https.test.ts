import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect as connectHttp2 } from 'node:http2'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { resources } from '../../api/index.ts'
import { openClient, openHttpsExchange } from '../../client/index.ts'
import { FakeClock, silentLogger, systemClock } from '../../lib/index.ts'
import { openMemoryStore, type Store } from '../../store/index.ts'
import { type ApiServer, openApiServer } from '../api-server.ts'

let directory: string
let store: Store
let server: ApiServer
const open = (more: object = {}) =>
  openApiServer({
    store,
    certificatesDir: directory,
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    clock: systemClock,
    ...more,
  })
const exchangeOf = (pair: { certPem?: string; keyPem?: string } = {}) =>
  openHttpsExchange({ server: server.url, caPem: server.caPem, ...pair })
const outerAddress = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal && !one.address.startsWith('169.254.'))?.address
const admin = () => server.issueClientCertificate({ user: 'admin', groups: ['system:masters'] })

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'naru-apiserver-'))
  store = await openMemoryStore()
  server = await open()
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

describe('over HTTPS', () => {
  test('answers and refusals have a name, which the client may have given, and say whose turn it was', async () => {
    await using exchange = exchangeOf(await admin())
    const headersOf = async (url: string, headers: Record<string, string> = {}) =>
      (await call(exchange, 'GET', url, { headers })).headers
    const [there, missing] = [await headersOf('/api/v1/nodes'), await headersOf('/api/v1/nodes/none')]
    for (const headers of [there, missing]) {
      expect(headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers['x-kubernetes-pf-flowschema-uid']).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers['cache-control']).toBe('no-cache, private')
    }
    expect(there['audit-id']).not.toBe(missing['audit-id'])
    expect((await headersOf('/livez', { 'audit-id': 'mine' }))['audit-id']).toBe('mine')
  })

  test('health and version need no certificate; all else does, and the right one', async () => {
    await using nobody = exchangeOf()
    for (const path of ['/livez', '/readyz', '/healthz', '/version'])
      expect((await call(nobody, 'GET', path)).status).toBe(200)
    expect((await call(nobody, 'GET', '/readyz?verbose')).text).toContain('[+]store ok')
    expect((await call(nobody, 'GET', '/version')).json).toMatchObject({ major: '1', minor: '34' })
    expect((await call(nobody, 'GET', '/api')).json).toMatchObject({
      kind: 'Status',
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
    })
    await using bob = exchangeOf(await server.issueClientCertificate({ user: 'bob', groups: ['devs'] }))
    const refused = await call(bob, 'GET', '/api/v1/namespaces/default/pods')
    expect(refused.json).toMatchObject({
      code: 403,
      message: 'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default"',
    })
    expect((await call(bob, 'GET', '/metrics')).json).toMatchObject({
      code: 403,
      message: 'forbidden: User "bob" cannot get path "/metrics"',
    })
  })

  // Endpoints may not be on the loopback.
  test.skipIf(outerAddress === undefined)(
    'pods come in at another address of the machine, which the Service kubernetes leads to',
    async () => {
      if (outerAddress === undefined) return
      await server[Symbol.asyncDispose]()
      server = await open({ extraHosts: [outerAddress] })
      await server.listenForPods(outerAddress)
      const { port } = new URL(server.url)
      await using pod = openHttpsExchange({
        server: `https://${outerAddress}:${port}`,
        caPem: server.caPem,
        ...(await admin()),
      })
      const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes'
      const target = { name: 'https', protocol: 'TCP', port: Number(port) }
      expect((await call(pod, 'GET', path)).json).toMatchObject({
        endpoints: [{ addresses: [outerAddress] }],
        ports: [target],
      })
      expect((await call(pod, 'GET', '/api/v1/namespaces/default/endpoints/kubernetes')).json).toMatchObject({
        subsets: [{ addresses: [{ ip: outerAddress }], ports: [target] }],
      })
    },
  )

  test('a certificate that ends ends for open connections too', async () => {
    await server[Symbol.asyncDispose]()
    let laterMs = 0
    server = await open({ clock: { ...systemClock, now: () => Date.now() + laterMs } })
    await using user = exchangeOf(await admin())
    expect((await call(user, 'GET', '/api')).status).toBe(200)
    laterMs = 366 * 86_400_000
    expect((await call(user, 'GET', '/api')).status).toBe(401)
  })

  test('a certificate of another authority is nobody', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'naru-apiserver-'))
    {
      await using other = await open({ certificatesDir: elsewhere, store: await openMemoryStore() })
      const pair = await other.issueClientCertificate({ user: 'admin', groups: ['system:masters'] })
      await using stranger = exchangeOf(pair)
      expect((await call(stranger, 'GET', '/api')).status).toBe(401)
    }
    await rm(elsewhere, { recursive: true })
  })

  test('objects and watches travel, and a watch ends with its reader', async () => {
    await using exchange = exchangeOf(await admin())
    const client = openClient(exchange)
    await client.create(resources.configmaps, { metadata: { name: 'a', namespace: 'default' }, data: { k: '값' } })
    expect((await client.get(resources.configmaps, { namespace: 'default', name: 'a' })).data).toEqual({ k: '값' })
    const stop = new AbortController()
    const seen: string[] = []
    for await (const event of client.watch(resources.configmaps, { namespace: 'default', signal: stop.signal })) {
      seen.push(`${event.type} ${event.object.metadata.name}`)
      if (seen.length === 1)
        await client.create(resources.configmaps, { metadata: { name: 'b', namespace: 'default' } })
      if (seen.length === 2) break
    }
    expect(seen).toEqual(['ADDED a', 'ADDED b'])
    stop.abort()
    await expect.poll(() => store.stats().watches).toBe(0)
  })

  test('HTTP/2 carries many requests on one connection', async () => {
    const pair = await admin()
    const session = connectHttp2(server.url, { ca: server.caPem, cert: pair.certPem, key: pair.keyPem })
    const fetch = async (path: string) => {
      const stream = session.request({ ':path': path, accept: 'application/json' })
      stream.setEncoding('utf8')
      let text = ''
      for await (const chunk of stream) text += chunk
      return JSON.parse(text) as { kind: string }
    }
    const kinds = await Promise.all(['/api', '/apis', '/api/v1/namespaces', '/apis/apps/v1'].map(fetch))
    expect(kinds.map(({ kind }) => kind)).toEqual(['APIVersions', 'APIGroupList', 'NamespaceList', 'APIResourceList'])
    session.close()
  })

  test('large answers are compressed for those who can read it', async () => {
    await using exchange = exchangeOf(await admin())
    const client = openClient(exchange)
    await client.create(resources.configmaps, {
      metadata: { name: 'big', namespace: 'default' },
      data: { k: 'x'.repeat(200_000) },
    })
    const zipped = await call(exchange, 'GET', '/api/v1/configmaps', { headers: { 'accept-encoding': 'gzip' } })
    expect(zipped.headers['content-encoding']).toBe('gzip')
    expect(zipped.text.length).toBeLessThan(50_000)
    expect((await call(exchange, 'GET', '/api/v1/configmaps')).text).toContain('xxxx')
  })

  test('too large a body is refused without being read to its end', async () => {
    await using exchange = exchangeOf(await admin())
    const text = 'x'.repeat(4 * 1024 * 1024)
    expect((await call(exchange, 'POST', '/api/v1/namespaces', { text })).json).toMatchObject({
      code: 413,
      reason: 'RequestEntityTooLarge',
    })
  })

  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a huge header', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`],
    ['a path that does not decode', 'GET /api/v1/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  ])('%s does no harm', async (_what, text) => {
    const { port } = new URL(server.url)
    const socket = connectTls({ port: Number(port), host: '127.0.0.1', ca: server.caPem })
    socket.on('error', () => {})
    socket.write(text)
    let answer = ''
    socket.on('data', (chunk) => (answer += String(chunk)))
    await new Promise((resolve) => socket.once('close', resolve))
    expect(answer === '' || /^HTTP\/1.1 4/.test(answer)).toBe(true)
    await using nobody = exchangeOf()
    expect((await call(nobody, 'GET', '/livez')).text).toBe('ok')
  })

  test('stopping ends open watches and frees the port', async () => {
    await using exchange = exchangeOf(await admin())
    const response = await exchange({
      method: 'GET',
      url: '/api/v1/pods?watch=true',
      headers: {},
      body: '',
      signal: new AbortController().signal,
    })
    const reading = (async () => {
      for await (const _chunk of response.body as AsyncIterable<Uint8Array>);
    })()
    const port = Number(new URL(server.url).port)
    // A connection that never says a word must not hold up the end.
    const silent = connectTcp({ port, host: '127.0.0.1' })
    silent.on('error', () => {})
    await once(silent, 'connect')
    await server[Symbol.asyncDispose]()
    await reading.catch(() => {})
    server = await open({ port })
    expect(server.url).toBe(`https://127.0.0.1:${port}`)
  })

  test('a port that is taken is said so', async () => {
    const port = Number(new URL(server.url).port)
    await expect(open({ port, store: await openMemoryStore() })).rejects.toThrow(
      /cannot listen on 127.0.0.1:\d+: the port is taken/,
    )
  })
})

describe('certificates', () => {
  test('keys are private, and all stay the same over a restart', async () => {
    const files = ['ca.crt', 'ca.key', 'apiserver.crt', 'apiserver.key']
    const read = () => Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')))
    const before = await read()
    for (const name of ['ca.key', 'apiserver.key']) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
    await server[Symbol.asyncDispose]()
    server = await open()
    expect(await read()).toEqual(before)
  })

  test('the server gets a new one for new names, near its end, and when its file is damaged', async () => {
    const path = join(directory, 'apiserver.crt')
    let last = await readFile(path, 'utf8')
    const soon = new FakeClock(Date.now() + 320 * 86_400_000)
    const steps: [object, (() => Promise<void>)?][] = [
      [{ extraHosts: ['naru.example'] }],
      [{ extraHosts: ['naru.example'], clock: soon }],
      [{ extraHosts: ['naru.example'] }, () => writeFile(path, 'garbage')],
    ]
    for (const [options, before] of steps) {
      await server[Symbol.asyncDispose]()
      await before?.()
      server = await open(options)
      const now = await readFile(path, 'utf8')
      expect(now).not.toBe(last)
      last = now
    }
  })

  test('a damaged authority stops the start and says what to do', async () => {
    await server[Symbol.asyncDispose]()
    await rm(join(directory, 'ca.key'))
    await expect(open()).rejects.toThrow(/authority in .* is damaged: .*ca.key is missing; restore the files/)
    await rm(join(directory, 'ca.crt'))
    server = await open()
  })
})
