import { createServer, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../test/harness/cluster.ts'
import { gatewayApi, type k8s, resources } from '../api/index.ts'
import { type HostAuthority, issueCertificate, openHostAuthority } from '../certificates/index.ts'
import { openClient, openHttpsExchange } from '../client/index.ts'
import { silentLogger, systemClock } from '../lib/index.ts'
import { type Gateway, openGateway } from './gateway.ts'
import { runGatewayStatus } from './status/run-gateway-status.ts'

/** Where the pods of the process runtime are. */
const BACKEND = '127.64.0.1'

let stack: AsyncDisposableStack
let cluster: TestCluster
let gateway: Gateway
let authority: HostAuthority

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  cluster = stack.use(await openTestCluster())
  const { client } = cluster
  await client.create(gatewayApi.gatewayclasses, {
    metadata: { name: 'naru' },
    spec: { controllerName: 'naru.dev/gateway' },
  })
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }]
  await client.create(gatewayApi.gateways, {
    metadata: { name: 'naru', namespace: 'default' },
    spec: { gatewayClassName: 'naru', listeners },
  })
  const folder = await mkdtemp(join(tmpdir(), 'naru-gateway-'))
  stack.defer(() => rm(folder, { recursive: true }))
  authority = await openHostAuthority(folder, systemClock)
  const options = { client, logger: silentLogger, clock: systemClock, listen: { host: '127.0.0.1', port: 0 } }
  const secure = { port: 0, authority }
  gateway = stack.use(await openGateway({ ...options, secure, limits: { holdMs: 2000, drainMs: 100 } }))
  await gateway.synced
})
afterEach(() => stack.disposeAsync())

async function backend(text: string): Promise<number> {
  const http = createServer((_request, response) => response.end(text))
  await new Promise<void>((resolve) => http.listen(0, BACKEND, resolve))
  stack.defer(() => {
    http.closeAllConnections()
    http.close()
  })
  return (http.address() as AddressInfo).port
}

function get(host: string, path = '/'): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: gateway.host, port: gateway.port, path, headers: { host } }, (response) => {
      let text = `${response.statusCode} `
      response.on('data', (data) => (text += data))
      response.on('end', () => resolve(text))
    })
    request.on('error', reject)
    request.end()
  })
}

async function createService(name: string, endpoints: k8s.Endpoint[], port: number): Promise<k8s.EndpointSlice> {
  const { client } = cluster
  await client.create(resources.services, {
    metadata: { name, namespace: 'default' },
    spec: { clusterIP: 'None', ports: [{ port: 80, name: 'http' }] },
  })
  return client.create(resources.endpointslices, {
    metadata: { name: `${name}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: 'http', port, protocol: 'TCP' }],
  })
}

const ready: k8s.Endpoint = { addresses: [BACKEND], conditions: { ready: true } }
const route = (name: string, service: string): gatewayApi.HTTPRoute => ({
  metadata: { name, namespace: 'default' },
  spec: {
    parentRefs: [{ name: 'naru' }],
    hostnames: [`${name}.localhost`],
    rules: [{ backendRefs: [{ name: service, port: 80 }] }],
  },
})

describe('a gateway on a real API', () => {
  it('serves routes as they come, follows their endpoints, and outlives the API', async () => {
    const { client } = cluster
    expect(await get('hello.localhost')).toMatch(/^404 .*no app is served at hello\.localhost/)
    const first = await backend('first')
    const slice = await createService('hello', [ready], first)
    await client.create(gatewayApi.httproutes, route('hello', 'hello'))
    await expect.poll(() => get('hello.localhost')).toBe('200 first')
    const second = await backend('second')
    await client.update(resources.endpointslices, {
      ...slice,
      ports: [{ name: 'http', port: second, protocol: 'TCP' }],
    })
    await expect.poll(() => get('hello.localhost')).toBe('200 second')
    await cluster[Symbol.asyncDispose]()
    expect(await get('hello.localhost')).toBe('200 second')
  })

  it('changes requests and answers as filters ask, and divides them by weight', async () => {
    const { client } = cluster
    const seen: { url: string | undefined; added: unknown; removed: unknown }[] = []
    const echo = createServer((request, response) => {
      seen.push({ url: request.url, added: request.headers['x-added'], removed: request.headers['x-removed'] })
      response.setHeader('x-inner', 'secret')
      response.end('echo')
    })
    await new Promise<void>((resolve) => echo.listen(0, BACKEND, resolve))
    stack.defer(() => void (echo.closeAllConnections(), echo.close()))
    await createService('echo', [ready], (echo.address() as AddressInfo).port)
    await createService('other', [ready], await backend('other'))
    await client.create(gatewayApi.httproutes, {
      metadata: { name: 'filtered', namespace: 'default' },
      spec: {
        parentRefs: [{ name: 'naru' }],
        hostnames: ['filtered.localhost'],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/old' } }],
            filters: [
              {
                type: 'RequestHeaderModifier',
                requestHeaderModifier: { set: [{ name: 'X-Added', value: 'yes' }], remove: ['X-Removed'] },
              },
              {
                type: 'ResponseHeaderModifier',
                responseHeaderModifier: { add: [{ name: 'X-Outer', value: 'hello' }], remove: ['X-Inner'] },
              },
              { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' } } },
            ],
            backendRefs: [{ name: 'echo', port: 80 }],
          },
          {
            backendRefs: [
              { name: 'echo', port: 80, weight: 3 },
              { name: 'other', port: 80, weight: 1 },
            ],
          },
        ],
      },
    })
    await expect.poll(() => get('filtered.localhost', '/old/a?b=1')).toBe('200 echo')
    const headers = await new Promise<NodeJS.Dict<string | string[]>>((resolve, reject) => {
      const request = httpRequest(
        {
          host: gateway.host,
          port: gateway.port,
          path: '/old/a?b=1',
          headers: { host: 'filtered.localhost', 'x-removed': 'x' },
        },
        (response) => {
          response.resume()
          resolve(response.headers)
        },
      )
      request.on('error', reject)
      request.end()
    })
    expect(headers['x-outer']).toBe('hello')
    expect(headers['x-inner']).toBeUndefined()
    expect(seen.at(-1)).toEqual({ url: '/new/a?b=1', added: 'yes', removed: undefined })
    const answers = await Promise.all(Array.from({ length: 400 }, () => get('filtered.localhost', '/')))
    const share = answers.filter((text) => text === '200 echo').length / answers.length
    expect(share).toBeGreaterThan(0.65)
    expect(share).toBeLessThan(0.85)
  })

  it('serves an Ingress', async () => {
    const { client } = cluster
    await createService('web', [ready], await backend('web'))
    await client.create(resources.ingresses, {
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        rules: [
          {
            host: 'web.localhost',
            http: {
              paths: [
                { path: '/app', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } },
              ],
            },
          },
        ],
      },
    })
    await expect.poll(() => get('web.localhost', '/app/x')).toBe('200 web')
    expect(await get('web.localhost', '/application')).toMatch(/^404 .*nothing is served at this path/)
  })

  it('says what the app waits for when no pod is ready', async () => {
    const starting = { addresses: [BACKEND], conditions: { ready: false, serving: false } }
    await createService('slow', [starting], 1)
    await cluster.client.create(gatewayApi.httproutes, route('slow', 'slow'))
    await expect
      .poll(() => get('slow.localhost'), { timeout: 8000 })
      .toBe('503 503 Service Unavailable: slow has no ready pod: 1 pod is starting\n')
  })
})

/** The body, once the server has shown a certificate that `ca` vouches for. */
function getSecurely(host: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const at = { host: gateway.host, port: gateway.securePort, servername: host, ca, agent: false }
    const request = httpsRequest({ ...at, headers: { host } }, (response) => {
      let text = `${response.statusCode} `
      response.on('data', (data) => (text += data))
      response.on('end', () => resolve(text))
    })
    request.on('error', (error) => resolve(error.message))
    request.on('timeout', reject).end()
  })
}

describe('HTTPS on a real API', () => {
  const issue = (name: string) =>
    issueCertificate({
      commonName: name,
      purpose: 'server',
      names: { dns: [name], ip: [] },
      nowMs: Date.now(),
      lifetimeMs: 86_400_000,
    })

  it('serves the routes of its listeners with certificates of our own, and an Ingress', async () => {
    const { client } = cluster
    await createService('hello', [ready], await backend('hello'))
    const { authority: ca } = authority
    await client.create(gatewayApi.httproutes, route('hello', 'hello'))
    await expect.poll(() => get('hello.localhost')).toBe('200 hello')
    expect(await getSecurely('hello.localhost', ca.certPem)).toMatch(/^404/)
    const tls = { options: { 'naru.dev/certificates': 'own-authority' } }
    const listeners = [{ name: 'https', port: 443, protocol: 'HTTPS', tls }]
    await client.patch(gatewayApi.gateways, { namespace: 'default', name: 'naru' }, { spec: { listeners } })
    await expect.poll(() => getSecurely('hello.localhost', ca.certPem)).toBe('200 hello')
    const backendRef = { service: { name: 'hello', port: { name: 'http' } } }
    await client.create(resources.ingresses, {
      metadata: { name: 'web', namespace: 'default' },
      spec: { defaultBackend: backendRef },
    })
    await expect.poll(() => getSecurely('any.localhost', ca.certPem)).toBe('200 hello')
  })

  it('shows the certificate of a Secret, and the new one when that changes', async () => {
    const { client } = cluster
    await createService('shop', [ready], await backend('shop'))
    await client.create(gatewayApi.gateways, {
      metadata: { name: 'shop', namespace: 'default' },
      spec: {
        gatewayClassName: 'naru',
        listeners: [
          {
            name: 'https',
            port: 443,
            protocol: 'HTTPS',
            hostname: 'shop.example.com',
            tls: { certificateRefs: [{ name: 'shop' }] },
          },
        ],
      },
    })
    const { spec } = route('shop', 'shop')
    await client.create(gatewayApi.httproutes, {
      metadata: { name: 'shop', namespace: 'default' },
      spec: { ...spec, parentRefs: [{ name: 'shop' }], hostnames: ['shop.example.com'] },
    })
    const [first, second] = await Promise.all([issue('shop.example.com'), issue('shop.example.com')])
    const data = ({ certPem, keyPem }: typeof first) => ({
      'tls.crt': Buffer.from(certPem).toString('base64'),
      'tls.key': Buffer.from(keyPem).toString('base64'),
    })
    const secret = await client.create(resources.secrets, {
      metadata: { name: 'shop', namespace: 'default' },
      type: 'kubernetes.io/tls',
      data: data(first),
    })
    await expect.poll(() => getSecurely('shop.example.com', first.certPem)).toBe('200 shop')
    await client.update(resources.secrets, { ...secret, data: data(second) })
    await expect.poll(() => getSecurely('shop.example.com', second.certPem)).toBe('200 shop')
    expect(await getSecurely('shop.example.com', first.certPem)).toMatch(/self-signed|unable to verify/)
    expect(await get('shop.example.com')).toMatch(/^404/)
  })
})

describe('the status loop', () => {
  it('tells routes, gateways and classes what became of them, once', async () => {
    const { client } = cluster
    const stop = new AbortController()
    const options = { client, clock: systemClock, logger: silentLogger, signal: stop.signal, addresses: ['127.0.0.1'] }
    const running = runGatewayStatus(options)
    stack.defer(async () => {
      stop.abort()
      await running
    })
    await client.create(gatewayApi.httproutes, route('hello', 'hello'))
    const conditions = async () => {
      const { status } = await client.get(gatewayApi.httproutes, { namespace: 'default', name: 'hello' })
      return status?.parents[0]?.conditions?.map(({ type, reason }) => `${type} ${reason}`)
    }
    await expect.poll(conditions).toEqual(['Accepted Accepted', 'ResolvedRefs BackendNotFound'])
    await createService('hello', [ready], 1)
    await expect.poll(conditions).toEqual(['Accepted Accepted', 'ResolvedRefs ResolvedRefs'])
    const readGateway = () => client.get(gatewayApi.gateways, { namespace: 'default', name: 'naru' })
    await expect.poll(async () => (await readGateway()).status?.listeners?.[0]?.attachedRoutes).toBe(1)
    expect((await readGateway()).status).toMatchObject({
      addresses: [{ type: 'IPAddress', value: '127.0.0.1' }],
      conditions: [
        { type: 'Accepted', status: 'True' },
        { type: 'Programmed', status: 'True' },
      ],
    })
    const gatewayClass = await client.get(gatewayApi.gatewayclasses, { name: 'naru' })
    expect(gatewayClass.status?.conditions).toMatchObject([{ type: 'Accepted', status: 'True' }])
    const before = cluster.store.revision
    await client.create(resources.configmaps, { metadata: { name: 'unrelated', namespace: 'default' } })
    expect(cluster.store.revision).toBe(before + 1)
  })
})

it('ends before it could read the API, without a rejection that nobody hears', async () => {
  const unheard: unknown[] = []
  const hear = (why: unknown) => unheard.push(why)
  process.on('unhandledRejection', hear)
  await using closing = new AsyncDisposableStack()
  closing.defer(() => void process.off('unhandledRejection', hear))
  // Nobody listens there.
  const exchange = closing.use(openHttpsExchange({ server: 'https://127.0.0.1:1' }))
  const stop = new AbortController()
  const alone = await openGateway({
    client: openClient(exchange),
    logger: silentLogger,
    clock: systemClock,
    listen: { host: '127.0.0.1', port: 0 },
    signal: stop.signal,
  })
  stop.abort()
  await alone[Symbol.asyncDispose]()
  await new Promise((resolve) => setImmediate(resolve))
  expect(unheard).toEqual([])
})
