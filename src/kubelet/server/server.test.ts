/** The kubelet's port, with a real API server to say who is who and who may what. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { Agent, type RequestOptions, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestAuthority, type TestAuthority } from '../../../test/harness/certificates.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type ApiResponse, type Exchange, type k8s, resources } from '../../api/index.ts'
import { openClient } from '../../client/index.ts'
import { FakeClock, type Logger } from '../../lib/index.ts'
import { isStreamRequest } from '../streaming/exchange.ts'
import { type KubeletServer, openKubeletServer } from './open-server.ts'

const NODE = 'system:node:n'
let authority: TestAuthority
let cluster: TestCluster
let clock: FakeClock
let server: KubeletServer
let address: string
let logged: string[]
let isApiGone: boolean
/** What the kubelet behind the port answers. */
let answer: Exchange

const logger = {
  child: () => logger,
  ...Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [
      level,
      (...line: unknown[]) => logged.push(JSON.stringify(line)),
    ]),
  ),
} as unknown as Logger

beforeAll(async () => {
  authority = await openTestAuthority()
})
beforeEach(async () => {
  clock = new FakeClock(Date.now())
  address = '127.0.0.2'
  logged = []
  isApiGone = false
  answer = async ({ method, url }) => ({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: `${method} ${url}`,
  })
  cluster = await openTestCluster({ clock })
  const api = cluster.server.exchangeAs({ name: NODE, groups: ['system:nodes', 'system:authenticated'] })
  server = await openKubeletServer({
    port: 0,
    clientCaPem: authority.caPem,
    certificate: (hosts) => authority.server({ dns: ['n'], ip: hosts.slice(1) }),
    client: openClient((request) => (isApiGone ? Promise.reject(new Error('gone')) : api(request))),
    clock,
    logger,
    nodeName: 'n',
    address: () => address,
    podCidr: undefined,
    exchange: (request) => answer(request),
  })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

interface Said {
  status: number | undefined
  text: string
  headers: IncomingHttpHeaders
}

/** One connection for all requests. */
class KeptConnection extends Agent implements Disposable {
  made = 0

  constructor() {
    super({ keepAlive: true, maxSockets: 1 })
  }

  override createConnection(...parameters: Parameters<Agent['createConnection']>) {
    this.made++
    return super.createConnection(...parameters)
  }

  [Symbol.dispose]() {
    this.destroy()
  }
}

const open = (path: string, options: RequestOptions = {}) =>
  httpsRequest({ host: '127.0.0.1', port: server.port, path, ca: authority.caPem, agent: false, ...options })

function ask(path: string, options: RequestOptions & { token?: string } = {}): Promise<Said> {
  const { token, ...rest } = options
  return new Promise((resolve, reject) => {
    const outgoing = open(path, { ...rest, ...(token && { headers: { authorization: `Bearer ${token}` } }) })
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      incoming.once('end', () => resolve({ status: incoming.statusCode, text, headers: incoming.headers }))
    })
    outgoing.end()
  })
}

const asAdmin = async () => {
  const { certPem, keyPem } = await authority.client('admin', ['system:masters'])
  return { cert: certPem, key: keyPem }
}

async function tokenOf(name: string): Promise<string> {
  const ref = { namespace: 'default', name }
  await cluster.client.create(resources.serviceaccounts, { metadata: ref })
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } }
  const { status } = await cluster.client.subresource<k8s.TokenRequest>(resources.serviceaccounts, ref, 'token', {
    body,
  })
  return status?.token ?? ''
}

async function grant(name: string, ...subresources: string[]): Promise<void> {
  const rules = [{ apiGroups: [''], resources: subresources.map((one) => `nodes/${one}`), verbs: ['get', 'create'] }]
  await cluster.client.create(resources.clusterroles, { metadata: { name }, rules })
  await cluster.client.create(resources.clusterrolebindings, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', namespace: 'default', name }],
  })
}

const FORBIDDEN =
  'Forbidden (user=system:serviceaccount:default:scraper, verb=get, resource=nodes, subresource(s)=[metrics])\n'

describe('who is asking', () => {
  it('nobody is anonymous', async () => {
    expect(await ask('/metrics')).toMatchObject({ status: 401, text: 'Unauthorized' })
    expect((await ask('/healthz')).status).toBe(401)
  })

  it('the bearer of a token that is nobody’s is nobody', async () => {
    expect(await ask('/metrics', { token: 'x.y.z' })).toMatchObject({ status: 401, text: 'Unauthorized' })
  })

  it('the subject of a client certificate', async () => {
    expect(await ask('/metrics', await asAdmin())).toMatchObject({ status: 200, text: 'GET /metrics' })
    const { certPem, keyPem } = await authority.client('jane')
    const { status, text } = await ask('/pods', { cert: certPem, key: keyPem })
    expect([status, text]).toEqual([
      403,
      'Forbidden (user=jane, verb=get, resource=nodes, subresource(s)=[pods proxy])\n',
    ])
  })

  it.each([
    ['another authority signed', async () => (await openTestAuthority()).client('admin', ['system:masters'])],
    ['is a server’s', () => authority.server({ dns: ['admin'], ip: [] })],
    ['was over before', () => authority.client('admin', ['system:masters'], -60_000)],
  ])('nobody, with a certificate that %s', async (_, make) => {
    const { certPem, keyPem } = await make()
    expect((await ask('/metrics', { cert: certPem, key: keyPem })).status).toBe(401)
  })

  it('nobody any more, over a connection that outlives its certificate', async () => {
    using agent = new KeptConnection()
    const options = { ...(await asAdmin()), agent }
    expect((await ask('/metrics', options)).status).toBe(200)
    await clock.advance(2 * 24 * 3_600_000)
    expect((await ask('/metrics', options)).status).toBe(401)
    expect(agent.made).toBe(1)
  })

  it('is asked again two minutes later: a token may have ended', async () => {
    const token = await tokenOf('scraper')
    await grant('scraper', 'metrics')
    expect((await ask('/metrics', { token })).status).toBe(200)
    await cluster.client.delete(resources.serviceaccounts, { namespace: 'default', name: 'scraper' })
    expect((await ask('/metrics', { token })).status).toBe(200)
    await clock.advance(2 * 60_000)
    expect((await ask('/metrics', { token })).status).toBe(401)
  })
})

describe('what they may do', () => {
  it('nothing without a right, in Kubernetes’ words', async () => {
    expect(await ask('/metrics/cadvisor', { token: await tokenOf('scraper') })).toMatchObject({
      status: 403,
      text: FORBIDDEN,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
  })

  it('what a role gives; a refusal is good for half a minute, a permission for five', async () => {
    const token = await tokenOf('scraper')
    expect((await ask('/metrics', { token })).status).toBe(403)
    await grant('scraper', 'metrics')
    expect((await ask('/metrics', { token })).text).toBe(FORBIDDEN)
    await clock.advance(30_000)
    expect((await ask('/metrics', { token })).text).toBe('GET /metrics')
    await cluster.client.delete(resources.clusterrolebindings, { name: 'scraper' })
    await clock.advance(4 * 60_000)
    expect((await ask('/metrics', { token })).status).toBe(200)
    await clock.advance(60_000)
    expect((await ask('/metrics', { token })).status).toBe(403)
  })

  it.each([
    ['pods', { '/pods': 200, '/runningpods/': 200, '/configz': 403, '/containerLogs/a/b/c': 403, '/metrics': 403 }],
    ['healthz', { '/healthz/ping': 200, '/pods': 403 }],
    [
      'proxy',
      { '/pods': 200, '/healthz': 200, '/configz': 200, '/containerLogs/a/b/c': 200, '/metrics': 403, '/logs/': 403 },
    ],
    [
      'stats',
      { '/stats/summary': 200, '/metrics/../stats/summary': 200, '/stats/../pods': 403, '/stats/%2e%2e/pods': 403 },
    ],
  ])('with nodes/%s: %j', async (subresource, expected) => {
    const token = await tokenOf('agent')
    await grant('agent', subresource)
    for (const [path, status] of Object.entries(expected))
      expect([path, (await ask(path, { token })).status]).toEqual([path, status])
  })

  it('is not known while the API cannot say', async () => {
    isApiGone = true
    expect((await ask('/metrics', { token: 'x.y.z' })).status).toBe(401)
    const { status, text } = await ask('/metrics', await asAdmin())
    expect([status, text]).toEqual([
      500,
      'Authorization error (user=admin, verb=get, resource=nodes, subresource=metrics)',
    ])
    isApiGone = false
    expect((await ask('/metrics', await asAdmin())).status).toBe(200)
  })
})

it('a token is nowhere in the log, and does not reach the kubelet behind the port', async () => {
  const token = await tokenOf('scraper')
  await grant('scraper', 'proxy')
  answer = async ({ headers }) => {
    throw new Error(`seen ${JSON.stringify(headers)}`)
  }
  expect(await ask('/pods', { token })).toMatchObject({ status: 500, text: 'Internal Error: seen {}' })
  expect(logged.join('\n')).toContain('a request failed')
  expect(logged.join('\n')).not.toContain(token)
})

it('a log that is followed comes as it is written, and ends with its reader', async () => {
  const ended = Promise.withResolvers<void>()
  answer = async ({ signal }) => ({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: (async function* () {
      yield 'first\n'
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      ended.resolve()
    })(),
  })
  const outgoing = open('/containerLogs/a/b/c?follow=true', await asAdmin())
  outgoing.end()
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  expect(String(((await once(incoming, 'data')) as Buffer[])[0])).toBe('first\n')
  outgoing.destroy()
  await ended.promise
})

it('the certificate follows the machine’s address, and its years', async () => {
  const served = async () => {
    const outgoing = open('/', await asAdmin())
    outgoing.end()
    const [socket] = (await once(outgoing, 'socket')) as [TLSSocket]
    await once(outgoing, 'response')
    const { subjectaltname, serialNumber } = socket.getPeerCertificate()
    outgoing.destroy()
    return { names: subjectaltname, serialNumber }
  }
  const stop = new AbortController()
  const running = server.run({ signal: stop.signal })
  const first = await served()
  expect(first.names).toBe('DNS:n, IP Address:127.0.0.2, IP Address:127.0.0.1')
  address = '127.0.0.3'
  await clock.advance(60_000)
  await expect.poll(served).toMatchObject({ names: 'DNS:n, IP Address:127.0.0.3, IP Address:127.0.0.1' })
  const second = await served()
  await clock.advance(12 * 3_600_000)
  await expect.poll(async () => (await served()).serialNumber).not.toBe(second.serialNumber)
  stop.abort()
  await running
})

describe('streams', () => {
  let seen: IncomingHttpHeaders
  let method: string | undefined
  const runtime = createServer()
  beforeAll(async () => {
    runtime.on('upgrade', (incoming, socket: Duplex) => {
      seen = incoming.headers
      method = incoming.method
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nupgrade: SPDY/3.1\r\nconnection: Upgrade\r\nx-stream-protocol-version: v4.channel.k8s.io\r\n\r\n',
      )
      socket.pipe(socket)
    })
    runtime.listen(0, '127.0.0.1')
    await once(runtime, 'listening')
  })
  afterAll(() => void runtime.close())
  beforeEach(() => {
    const location = `http://127.0.0.1:${(runtime.address() as AddressInfo).port}/exec/ticket`
    answer = async (request): Promise<ApiResponse> =>
      isStreamRequest(request)
        ? { status: 302, headers: { location }, body: '' }
        : { status: 200, headers: {}, body: 'a page' }
  })
  const upgrading = (more: Record<string, string | string[]> = {}) => ({
    method: 'POST',
    headers: {
      connection: 'Upgrade',
      upgrade: 'SPDY/3.1',
      'x-stream-protocol-version': ['v4.channel.k8s.io', 'v3.channel.k8s.io'],
      ...more,
    },
  })

  it('go to and fro between the caller and the runtime, which does not learn who it is', async () => {
    const token = await tokenOf('agent')
    await grant('agent', 'proxy')
    const outgoing = open('/exec/a/b/c?command=cat', upgrading({ authorization: `Bearer ${token}` }))
    outgoing.end()
    const [response, socket] = (await once(outgoing, 'upgrade')) as [IncomingMessage, Duplex]
    expect(response.headers['x-stream-protocol-version']).toBe('v4.channel.k8s.io')
    socket.write('hello')
    expect(String(((await once(socket, 'data')) as Buffer[])[0])).toBe('hello')
    expect(method).toBe('POST')
    expect(seen['x-stream-protocol-version']).toBe('v4.channel.k8s.io, v3.channel.k8s.io')
    expect(seen).not.toHaveProperty('authorization')
    socket.destroy()
    await expect.poll(() => new Promise((resolve) => runtime.getConnections((_, count) => resolve(count)))).toBe(0)
  })

  it('are for those who may', async () => {
    expect(await ask('/exec/a/b/c?command=cat', upgrading())).toMatchObject({ status: 401, text: 'Unauthorized' })
  })

  it('need a connection that goes on in another protocol', async () => {
    expect(await ask('/exec/a/b/c', { method: 'POST', ...(await asAdmin()) })).toMatchObject({
      status: 400,
      text: 'Upgrade request required\n',
    })
  })

  it('whoever wants one of what is none gets the page', async () => {
    const { status, text, headers } = await ask('/pods', { ...upgrading(), method: 'GET', ...(await asAdmin()) })
    expect([status, text, headers.connection]).toEqual([200, 'a page', 'close'])
  })

  it('that the runtime does not open end with what went wrong', async () => {
    answer = async () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' })
    const { status, text } = await ask('/exec/a/b/c', { ...upgrading(), ...(await asAdmin()) })
    expect([status, text]).toEqual([500, 'connect ECONNREFUSED 127.0.0.1:1\n'])
  })
})
