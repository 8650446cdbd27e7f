import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import type { Exchange, k8s } from '../../api/index.ts'
import { type Logger, silentLogger, systemClock } from '../../lib/index.ts'
import { openMemoryStore, type Store } from '../../store/index.ts'
import { type ApiServer, openApiServer } from '../api-server.ts'
import { issueCertificate, type KeyPair } from '../../certificates/index.ts'

const GROUP = 'wardle.example.com'
const FLUNDERS = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: `${GROUP}/v1alpha1`,
  resources: [
    { name: 'flunders', singularName: 'flunder', namespaced: true, kind: 'Flunder', verbs: ['get', 'list'] },
    { name: 'flunders/status', singularName: '', namespaced: true, kind: 'Flunder', verbs: ['get'] },
  ],
}

let stack: AsyncDisposableStack
let store: Store
let server: ApiServer
let admin: Exchange

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'naru-aggregation-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  store = stack.use(await openMemoryStore())
  const options = { store, certificatesDir: directory, host: '127.0.0.1', port: 0 }
  server = stack.use(await openApiServer({ ...options, logger: silentLogger, clock: systemClock }))
  admin = server.exchangeAs({ name: 'admin', groups: ['system:masters'], extra: { scope: ['all'] } })
})
afterEach(() => stack.disposeAsync())

const read = async <T>(url: string) => (await call(admin, 'GET', url)).json as unknown as T

/** Until `holds`, looking again whenever anything is written. */
async function until<T>(look: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const aborter = new AbortController()
  const watch = store.watch('/registry/', { after: store.revision, signal: aborter.signal })
  try {
    for (;;) {
      const value = await look()
      if (holds(value)) return value
      if ((await watch.next()).done) throw new Error('the store was closed meanwhile')
    }
  } finally {
    aborter.abort()
  }
}

const condition = (service: k8s.APIService) => service.status?.conditions?.find(({ type }) => type === 'Available')
const APISERVICE = `/apis/apiregistration.k8s.io/v1/apiservices/v1alpha1.${GROUP}`

/** An extension API server: says what it was asked, and by whom. */
async function openExtension(pair: KeyPair): Promise<{ port: number; asked: IncomingMessage[] }> {
  const config = await until(
    () => read<k8s.ConfigMap>('/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'),
    ({ data }) => data !== undefined,
  )
  const ca = config.data?.['requestheader-client-ca-file'] ?? ''
  const asked: IncomingMessage[] = []
  const extension = createServer(
    { cert: pair.certPem, key: pair.keyPem, ca, requestCert: true, rejectUnauthorized: true },
    (incoming, outgoing) => {
      asked.push(incoming)
      outgoing.setHeader('content-type', 'application/json')
      if (incoming.url === `/apis/${GROUP}/v1alpha1`) return outgoing.end(JSON.stringify(FLUNDERS))
      if (incoming.url === '/openapi/v3') return outgoing.writeHead(404).end('{}')
      const peer = (incoming.socket as TLSSocket).getPeerCertificate().subject.CN
      outgoing.end(JSON.stringify({ url: incoming.url, peer }))
    },
  )
  extension.listen(0, '127.0.0.1')
  await once(extension, 'listening')
  stack.defer(() => {
    extension.closeAllConnections()
    extension.close()
  })
  return { port: (extension.address() as AddressInfo).port, asked }
}

async function serverPair(): Promise<KeyPair> {
  const nowMs = Date.parse(new Date().toISOString())
  const names = { dns: ['sample.default.svc'], ip: [] }
  return issueCertificate({ commonName: 'sample', purpose: 'server', names, nowMs, lifetimeMs: 3_600_000 })
}

async function createService(port: number): Promise<void> {
  const metadata = { name: 'sample', labels: { 'kubernetes.io/service-name': 'sample' } }
  const service = { metadata, spec: { ports: [{ port: 443, name: 'https' }] } }
  expect((await call(admin, 'POST', '/api/v1/namespaces/default/services', { body: service })).status).toBe(201)
  const slice = {
    metadata,
    addressType: 'IPv4',
    // Endpoints may not be loopback addresses, so the Service is one by name.
    endpoints: [],
    ports: [{ name: 'https', port }],
  }
  const made = await call(admin, 'POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', { body: slice })
  expect(made.status).toBe(201)
}

const register = (spec: object) =>
  call(admin, 'POST', '/apis/apiregistration.k8s.io/v1/apiservices', {
    body: {
      metadata: { name: `v1alpha1.${GROUP}` },
      spec: { group: GROUP, version: 'v1alpha1', groupPriorityMinimum: 2000, versionPriority: 200, ...spec },
    },
  })

test('every group and version of this server has an APIService that is available', async () => {
  const names = await until(
    async () => (await read<{ items: k8s.APIService[] }>('/apis/apiregistration.k8s.io/v1/apiservices')).items,
    (items) => items.some(({ metadata }) => metadata.name === 'v1.') && items.every((item) => condition(item)),
  )
  expect(names.map(({ metadata }) => metadata.name)).toEqual(
    expect.arrayContaining(['v1.', 'v1.apps', 'v2.autoscaling']),
  )
  expect(condition(names[0] as k8s.APIService)).toMatchObject({ status: 'True', reason: 'Local' })
})

test('requests of a remote group go to its server, with the user and from the front proxy', async () => {
  const pair = await serverPair()
  const extension = await openExtension(pair)
  const service = {
    metadata: { name: 'sample' },
    spec: { type: 'ExternalName', externalName: '127.0.0.1', ports: [{ port: extension.port }] },
  }
  // Names made of digits are no DNS names: a Service that leads to a loopback address is only stored for this test.
  await store.create('/registry/core/services/default/sample', (revision) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Service',
      ...service,
      metadata: { ...service.metadata, namespace: 'default', resourceVersion: String(revision) },
    }),
  )
  const caBundle = Buffer.from(pair.certPem).toString('base64')
  expect(
    (await register({ service: { name: 'sample', namespace: 'default', port: extension.port }, caBundle })).status,
  ).toBe(201)
  const found = await until(
    () => read<k8s.APIService>(APISERVICE),
    (apiService) => condition(apiService)?.status === 'True',
  )
  expect(condition(found)).toMatchObject({ reason: 'Passed', message: 'all checks passed' })

  const groups = await read<{ groups: { name: string }[] }>('/apis')
  expect(groups.groups.map(({ name }) => name)).toContain(GROUP)
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  const aggregated = (await call(admin, 'GET', '/apis', { headers: { accept } })).text
  expect(aggregated).toContain('"resource":"flunders"')
  expect(aggregated).toContain('"subresource":"status"')

  const url = `/apis/${GROUP}/v1alpha1/namespaces/default/flunders?limit=5`
  const answer = await call(admin, 'GET', url, { headers: { 'x-remote-user': 'mallory', authorization: 'Bearer x' } })
  expect(answer.json).toEqual({ url, peer: 'front-proxy-client' })
  const { headers } = extension.asked.at(-1) as IncomingMessage
  expect(headers).toMatchObject({
    'x-remote-user': 'admin',
    'x-remote-group': 'system:masters',
    'x-remote-extra-scope': 'all',
  })
  expect(headers.authorization).toBeUndefined()

  expect((await call(admin, 'DELETE', APISERVICE)).status).toBe(200)
  expect((await call(admin, 'GET', url)).status).toBe(404)
})

test('a remote group without a server is said to be unavailable, and answered 503', async () => {
  expect(
    (await register({ service: { name: 'sample', namespace: 'default' }, insecureSkipTLSVerify: true })).status,
  ).toBe(201)
  const missing = await until(
    () => read<k8s.APIService>(APISERVICE),
    (apiService) => condition(apiService) !== undefined,
  )
  expect(condition(missing)).toMatchObject({
    status: 'False',
    reason: 'ServiceNotFound',
    message: 'service/sample in "default" is not present',
  })
  await createService(8443)
  const empty = await until(
    () => read<k8s.APIService>(APISERVICE),
    (apiService) => condition(apiService)?.reason === 'MissingEndpoints',
  )
  expect(condition(empty)?.message).toBe(
    'endpointslices for service/sample in "default" have no addresses with port name "https"',
  )
  const refused = await call(admin, 'GET', `/apis/${GROUP}/v1alpha1/flunders`)
  expect(refused.status).toBe(503)
})

test('an authority that could not be made at first is made when it can be', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'naru-aggregation-'))
  stack.defer(() => rm(directory, { recursive: true }))
  const inTheWay = join(directory, 'front-proxy')
  await writeFile(inTheWay, '')
  const failed = Promise.withResolvers<void>()
  const options = { store: stack.use(await openMemoryStore()), certificatesDir: directory, host: '127.0.0.1', port: 0 }
  const logger: Logger = { ...silentLogger, warn: () => failed.resolve(), child: () => logger }
  const late = stack.use(await openApiServer({ ...options, logger, clock: systemClock }))
  await failed.promise
  await rm(inTheWay)
  const trust = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
  const asAdmin = late.exchangeAs({ name: 'admin', groups: ['system:masters'] })
  await expect.poll(async () => (await call(asAdmin, 'GET', trust)).status, { timeout: 5000 }).toBe(200)
})
