/** `proxy` over the real API server, to real HTTP servers. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { ADMIN, openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

/** An address of this machine that a pod might have; without a network there is none to try with. */
const ip = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => (body += String(chunk)))
  request.on('end', () => {
    const { method, url, headers } = request
    const { authorization, 'x-own': own } = headers
    response.writeHead(203, { 'content-type': 'application/json', 'x-answer': 'yes' })
    response.end(JSON.stringify({ method, url, authorization, own, body }))
  })
})
let cluster: TestCluster
let port: number
const api = (method: Parameters<typeof call>[1], url: string, options = {}) =>
  call(cluster.server.exchangeAs(ADMIN), method, `/api/v1/namespaces/default/${url}`, options)

beforeAll(async () => {
  cluster = await openTestCluster()
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  ;({ port } = server.address() as AddressInfo)
  for (const [name, podIP] of Object.entries({ web: ip, own: '127.0.0.1' })) {
    const spec = { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: port }] }] }
    await api('POST', 'pods', { body: { metadata: { name }, spec } })
    const status = { phase: 'Running', podIP, podIPs: [{ ip: podIP }] }
    const headers = { 'content-type': 'application/merge-patch+json' }
    await api('PATCH', `pods/${name}/status`, { body: { status }, headers })
  }
  await api('POST', 'services', { body: { metadata: { name: 'web' }, spec: { ports: [{ name: 'http', port: 80 }] } } })
  await api('POST', 'services', { body: { metadata: { name: 'empty' }, spec: { ports: [{ port: 80 }] } } })
  const slice = {
    metadata: { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports: [{ name: 'http', port }],
  }
  await call(cluster.server.exchangeAs(ADMIN), 'POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
    body: slice,
  })
})
afterAll(async () => {
  server.close()
  await cluster[Symbol.asyncDispose]()
})

describe.runIf(ip !== undefined)('proxy', () => {
  it.each(['pods/web/proxy', 'pods/web:PORT/proxy', 'services/web:http/proxy', 'services/http:web:80/proxy'])(
    '%s hands a request on and its answer back',
    async (path) => {
      const headers = { authorization: 'Bearer secret', 'x-own': 'kept', 'content-type': 'text/plain' }
      const url = `${path.replace('PORT', String(port))}/some//path/?q=1&q=2`
      const answer = await api('POST', url, { text: 'hello', headers })
      expect(answer.status).toBe(203)
      expect(answer.headers['x-answer']).toBe('yes')
      expect(answer.json).toEqual({ method: 'POST', url: '/some//path/?q=1&q=2', own: 'kept', body: 'hello' })
    },
  )

  it('a pod itself is a folder', async () => {
    const answer = await api('GET', 'pods/web/proxy?q=1')
    expect(answer.status).toBe(301)
    expect(answer.headers.location).toBe('/api/v1/namespaces/default/pods/web/proxy/?q=1')
  })

  it('but what is written goes to its root', async () => {
    const answer = await api('POST', 'pods/web/proxy?q=1')
    expect(answer.json).toMatchObject({ method: 'POST', url: '/?q=1' })
  })

  it('OPTIONS goes on as well', async () => {
    const answer = await api('OPTIONS', 'pods/web/proxy/')
    expect(answer.json).toMatchObject({ method: 'OPTIONS', url: '/' })
  })

  it.each([
    ['pods/own/proxy/', 400, 'address not allowed'],
    ['pods/none/proxy/', 404, 'pods "none" not found'],
    ['pods/ftp:web:21/proxy/', 400, 'invalid pod request "ftp:web:21"'],
    ['pods/web:nothing/proxy/', 400, 'invalid pod request "web:nothing"'],
    ['services/web/proxy/', 503, 'no service port "" found for service "web"'],
    ['services/empty/proxy/', 503, 'no endpoints available for service "empty"'],
    ['pods/web:1/proxy/', 503, /^error trying to reach service: /],
  ] as const)('%s is refused', async (url, status, message) => {
    const answer = await api('GET', url)
    expect(answer.status).toBe(status)
    expect(answer.json.message).toEqual(expect.stringMatching(message))
  })
})
