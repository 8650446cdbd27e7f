import { afterEach, describe, expect, it } from 'vitest'
import { openWebhookServer, type Reply } from '../../../test/harness/webhook-server.ts'
import type { k8s } from '../../api/index.ts'
import { FakeClock } from '../../lib/index.ts'
import { openWebhookClient, resolveService } from './index.ts'

describe('a webhook client', () => {
  const closing: AsyncDisposable[] = []
  afterEach(async () => {
    for (const one of closing.splice(0).reverse()) await one[Symbol.asyncDispose]()
  })
  const opened = <T extends AsyncDisposable>(one: T): T => {
    closing.push(one)
    return one
  }
  const clock = new FakeClock()
  const open = async (reply: Reply | ((path: string) => Reply) = { ok: true }) => {
    const server = opened(await openWebhookServer(({ path }) => (typeof reply === 'function' ? reply(path) : reply)))
    const client = opened(openWebhookClient({ clock, resolve: async () => ({ host: '127.0.0.1', port: server.port }) }))
    return { server, client, caBundle: server.caBundle }
  }
  const ask = { body: { question: 1 }, timeoutMs: 10_000 }

  it('posts JSON to a URL and says how long it waits', async () => {
    const { server, client, caBundle } = await open({ answer: 42 })
    const answer = await client.post({ ...ask, config: { url: server.url('/a/b?x=1'), caBundle } })
    expect(answer).toEqual({ answer: 42 })
    expect(server.asked).toEqual([{ path: '/a/b?x=1&timeout=10s', body: { question: 1 } }])
  })

  it('reaches a Service by its name in TLS, at the address that is looked up', async () => {
    const { server, client, caBundle } = await open()
    const service = { namespace: 'default', name: 'hook', path: '/check' }
    await client.post({ ...ask, config: { service, caBundle } })
    expect(server.asked[0]?.path).toBe('/check?timeout=10s')
    const other = { namespace: 'default', name: 'other', path: '/check' }
    await expect(client.post({ ...ask, config: { service: other, caBundle } })).rejects.toThrow(
      /^Post "https:\/\/other.default.svc:443\/check\?timeout=10s": tls: failed to verify certificate: x509: /,
    )
  })

  it('trusts only the certificates it was given', async () => {
    const { server, client } = await open()
    await expect(client.post({ ...ask, config: { url: server.url('/') } })).rejects.toThrow(
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    )
    expect(server.asked).toEqual([])
  })

  it('gives up after its time', async () => {
    const { server, client, caBundle } = await open('never')
    const waiting = expect(
      client.post({ ...ask, timeoutMs: 1500, config: { url: server.url('/slow'), caBundle } }),
    ).rejects.toThrow(`Post "${server.url('/slow?timeout=2s')}": context deadline exceeded`)
    await expect.poll(() => server.asked.length).toBe(1)
    await clock.advance(1500)
    await waiting
  })

  it.each<[string, Reply, string]>([
    ['a redirect', { status: 302, text: '' }, 'the server responded with the status code 302'],
    ['nothing there', { status: 404, text: 'no' }, 'the server could not find the requested resource'],
    ['a breakdown', { status: 500, text: 'oh' }, 'an error on the server ("oh") has prevented the request'],
    ['a Status', { status: 400, text: '{"kind":"Status","message":"bad you"}' }, 'bad you'],
    ['no JSON', { status: 200, text: 'hello' }, "couldn't get version/kind; json parse error"],
    ['a closed connection', 'hang up', 'EOF'],
  ])('says so when it gets %s', async (_, reply, words) => {
    const { server, client, caBundle } = await open(reply)
    await expect(client.post({ ...ask, config: { url: server.url('/'), caBundle } })).rejects.toThrow(words)
  })

  it('says so when nobody listens, and when nothing is configured', async () => {
    const { server, client, caBundle } = await open()
    await server[Symbol.asyncDispose]()
    closing.splice(closing.indexOf(server), 1)
    await expect(client.post({ ...ask, config: { url: server.url('/'), caBundle } })).rejects.toThrow(
      `dial tcp 127.0.0.1:${server.port}: connect: connection refused`,
    )
    await expect(client.post({ ...ask, config: {} })).rejects.toThrow(
      'webhook configuration must have either service or URL',
    )
    await expect(client.post({ ...ask, config: { url: 'http://plain/' } })).rejects.toThrow('Unparsable URL')
  })
})

describe('where a Service goes', () => {
  const service = (spec: Partial<k8s.ServiceSpec>) =>
    ({ metadata: { name: 's' }, spec: { clusterIP: '10.96.0.9', ports: [{ port: 443 }], ...spec } }) as k8s.Service
  const slice = (endpoints: k8s.Endpoint[], name = ''): k8s.EndpointSlice => ({
    metadata: { name: 's-1' },
    addressType: 'IPv4',
    endpoints,
    ports: [{ name, port: 8443 }],
  })
  const to = (state: { service?: k8s.Service; slices?: k8s.EndpointSlice[] }, port = 443) =>
    resolveService({ service: state.service, slices: state.slices ?? [] }, { name: 's', port }, () => 0)

  it('is an endpoint that is ready, else the cluster address', () => {
    const slices = [
      slice([{ addresses: ['10.0.0.1'], conditions: { ready: false } }, { addresses: ['10.0.0.2'] }]),
      slice([{ addresses: ['10.0.0.3'] }], 'other'),
    ]
    expect(to({ service: service({}), slices })).toEqual({ host: '10.0.0.2', port: 8443 })
    expect(to({ service: service({}) })).toEqual({ host: '10.96.0.9', port: 443 })
    expect(to({ service: service({ type: 'ExternalName', externalName: 'x.test' }) })).toMatchObject({ host: 'x.test' })
  })

  it.each<[string, k8s.Service | undefined, number, string]>([
    ['no Service', undefined, 443, 'service "s" not found'],
    ['no such port', service({}), 80, 'no service port 80 found for service "s"'],
    ['no address', service({ clusterIP: 'None' }), 443, 'cannot route to service with ClusterIP "None"'],
  ])('is nowhere with %s', (_, found, port, words) => {
    expect(() => to({ ...(found && { service: found }) }, port)).toThrow(words)
  })
})
