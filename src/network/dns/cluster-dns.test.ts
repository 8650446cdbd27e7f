import { Resolver } from 'node:dns/promises'
import { decode, encode } from 'dns-packet'
import { expect, test } from 'vitest'
import { openTestCluster } from '../../../test/harness/cluster.ts'
import { isApiError, resources } from '../../api/index.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { ensureClusterDns } from './ensure-cluster-dns.ts'
import { openListener } from './listeners.ts'
import { openDnsServer } from './open-dns-server.ts'

const DNS_NAME = 'kube-dns.kube-system.svc.cluster.local'

async function openCluster() {
  const cluster = await openTestCluster()
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' }, spec: {} }
  await cluster.client.create(resources.namespaces, namespace).catch((error: unknown) => {
    if (!isApiError(error, 'AlreadyExists')) throw error
  })
  return cluster
}

test('kube-dns leads to our server, is mended when changed, and left alone when right', async () => {
  await using cluster = await openCluster()
  const { client } = cluster
  const options = { address: '10.244.0.1', port: 5353 }
  const service = { namespace: 'kube-system', name: 'kube-dns' }
  await ensureClusterDns(client, options)
  const first = await client.get(resources.services, service)
  expect(first.spec?.clusterIP).toBe('10.96.0.10')
  await ensureClusterDns(client, options)
  const second = await client.get(resources.services, service)
  expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
  await ensureClusterDns(client, { ...options, address: '10.244.0.2' })
  const { items } = await client.list(resources.endpointslices, { namespace: 'kube-system' })
  expect(items.map(({ endpoints, ports }) => [endpoints[0]?.addresses, ports?.map(({ port }) => port)])).toEqual([
    [['10.244.0.2'], [5353, 5353]],
  ])
})

test('the server follows the API, and goes on answering when the API has gone', async () => {
  const cluster = await openCluster()
  const { client } = cluster
  await ensureClusterDns(client, { address: '10.244.0.1' })
  await using server = await openDnsServer({
    client,
    clock: systemClock,
    logger: silentLogger,
    listen: [{ address: '127.0.0.1', port: 0 }],
    upstreams: [],
  })
  const resolver = new Resolver({ timeout: 1_000, tries: 2 })
  resolver.setServers([`127.0.0.1:${server.listening[0]?.port}`])
  expect(await resolver.resolve4(DNS_NAME)).toEqual(['10.96.0.10'])
  const resolve = (name: string) => resolver.resolve4(name).catch((error: NodeJS.ErrnoException) => error.code)
  expect(await resolve('late.default.svc.cluster.local')).toBe('ENOTFOUND')
  const metadata = { name: 'late', namespace: 'default' }
  const spec = { clusterIP: '10.96.0.99', ports: [{ port: 80 }] }
  await client.create(resources.services, { apiVersion: 'v1', kind: 'Service', metadata, spec })
  await expect.poll(() => resolve('late.default.svc.cluster.local')).toEqual(['10.96.0.99'])
  await cluster[Symbol.asyncDispose]()
  expect(await resolver.resolve4(DNS_NAME)).toEqual(['10.96.0.10'])
})

test('a stub domain is asked of its own name servers, as the ConfigMap says at the moment', async () => {
  await using cluster = await openCluster()
  const { client } = cluster
  await using stub = await openListener(
    { address: '127.0.0.1', port: 0 },
    {
      resolve: async (bytes) => {
        const { questions = [] } = decode(bytes)
        const name = questions[0]?.name ?? ''
        return encode({
          type: 'response',
          id: bytes.readUInt16BE(0),
          questions,
          answers: [{ name, type: 'A', ttl: 0, data: '192.0.2.1' }],
        })
      },
    },
  )
  await using server = await openDnsServer({
    client,
    clock: systemClock,
    logger: silentLogger,
    listen: [{ address: '127.0.0.2', port: 0 }],
    upstreams: [],
  })
  const resolver = new Resolver({ timeout: 1_000, tries: 2 })
  resolver.setServers([`127.0.0.2:${server.listening[0]?.port}`])
  const resolve = () => resolver.resolve4('www.acme.test').catch((error: NodeJS.ErrnoException) => error.code)
  expect(await resolve()).toBe('ESERVFAIL')
  const ref = { namespace: 'kube-system', name: 'kube-dns' }
  const stubDomains = JSON.stringify({ 'acme.test': [`127.0.0.1:${stub.port}`] })
  await client.create(resources.configmaps, { metadata: ref, data: { stubDomains } })
  await expect.poll(resolve).toEqual(['192.0.2.1'])
  await client.delete(resources.configmaps, ref)
  await expect.poll(resolve).toBe('ESERVFAIL')
})
