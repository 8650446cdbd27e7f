import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { componentClients } from '../../../test/harness/components.ts'
import { type k8s, resources } from '../../api/index.ts'
import { identities } from '../../engine/identities.ts'
import { FakeClock, silentLogger } from '../../lib/index.ts'
import { claimedBy } from './claims.ts'
import { HeldPorts } from './held-ports.ts'
import { runLoadBalancers } from './run-load-balancers.ts'

const ADDRESS = '127.0.0.88'
const OURS = [{ ip: ADDRESS, ipMode: 'VIP' }]

describe('the node’s address as a load balancer’s', () => {
  let cluster: TestCluster
  let clock: FakeClock
  let held: HeldPorts
  let refused: string[] = []
  let stop = async () => {}

  function start(): void {
    const aborted = new AbortController()
    const components = componentClients(cluster)
    const client = components.clientAs(identities.controller('service-controller'))
    held = new HeldPorts()
    const common = { client, clock, logger: silentLogger, held, signal: aborted.signal }
    const running = runLoadBalancers({ ...common, nodeName: 'here', bridgeAddress: '127.0.0.99' })
    refused = components.refused
    stop = async () => {
      aborted.abort()
      await running
      await held[Symbol.asyncDispose]()
    }
  }

  beforeEach(async () => {
    clock = new FakeClock()
    cluster = await openTestCluster()
    await cluster.client.create(resources.nodes, { metadata: { name: 'here' }, spec: {} })
    await say(ADDRESS)
  })
  afterEach(async () => {
    await stop()
    stop = async () => {}
    await cluster[Symbol.asyncDispose]()
    expect(refused).toEqual([])
  })

  const say = (address: string) => {
    const status = { addresses: [{ type: 'InternalIP', address }] }
    return cluster.client.patch(resources.nodes, { name: 'here' }, { status }, { subresource: 'status' })
  }
  const create = (name: string, port: number, spec: k8s.ServiceSpec = {}) =>
    cluster.client.create(resources.services, {
      metadata: { name, namespace: 'default' },
      spec: { type: 'LoadBalancer', ports: [{ port }], ...spec },
    })
  const ingressOf = async (name: string) => {
    const { status } = await cluster.client.get(resources.services, { namespace: 'default', name })
    return status?.loadBalancer?.ingress
  }
  const eventsOf = async (name: string) => {
    const { items } = await cluster.client.list(resources.events, { namespace: 'default' })
    return items.filter((event) => event.involvedObject.name === name).map(({ message }) => message)
  }
  async function freePort(): Promise<number> {
    await using taken = await listen(ADDRESS, 0)
    return taken.port
  }

  it('is given, with 127.0.0.1 where that is free, and follows the node', async () => {
    start()
    const port = await freePort()
    await create('web', port)
    await expect.poll(() => ingressOf('web')).toEqual(OURS)
    expect(held.hasLoopback('default/web', { protocol: 'TCP', port })).toBe(true)
    await expect(listen(ADDRESS, port)).rejects.toThrow('EADDRINUSE')
    await say('127.0.0.89')
    await expect.poll(() => ingressOf('web')).toEqual([{ ip: '127.0.0.89', ipMode: 'VIP' }])
    await using _free = await listen(ADDRESS, port)
  })

  it('is the bridge’s where the node has no other', async () => {
    start()
    await say('127.0.0.1')
    await create('web', await freePort())
    await expect.poll(() => ingressOf('web')).toEqual([{ ip: '127.0.0.99', ipMode: 'VIP' }])
  })

  it('is kept over a restart, and taken back when a program got the port meanwhile', async () => {
    start()
    const [kept, lost] = [await freePort(), await freePort()]
    await create('kept', kept)
    await create('lost', lost)
    await expect.poll(() => ingressOf('kept')).toEqual(OURS)
    await expect.poll(() => ingressOf('lost')).toEqual(OURS)
    await stop()
    const program = await listen(ADDRESS, lost)
    start()
    await expect.poll(() => ingressOf('lost')).toBeUndefined()
    expect(await ingressOf('kept')).toEqual(OURS)
    await expect.poll(() => held.hasLoopback('default/kept', { protocol: 'TCP', port: kept })).toBe(true)
    const wait = `Error syncing load balancer: port ${lost}/TCP of ${ADDRESS} is in use by another program of this machine`
    await expect.poll(() => eventsOf('lost')).toContain(wait)
    await program[Symbol.asyncDispose]()
    await expect
      .poll(async () => {
        await clock.advance(1_000)
        return ingressOf('lost')
      })
      .toEqual(OURS)
  })

  it('is not given to Services of a class, nor to those that somebody else gave one', async () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.7', ipMode: 'VIP' }] } }
    const [first, second] = [await freePort(), await freePort()]
    await create('classed', await freePort(), { loadBalancerClass: 'example.com/other' })
    await create('given', first)
    const ref = { namespace: 'default', name: 'given' }
    await cluster.client.patch(resources.services, ref, { status }, { subresource: 'status' })
    start()
    await create('web', second)
    await expect.poll(() => ingressOf('web')).toEqual(OURS)
    expect(await ingressOf('given')).toEqual(status.loadBalancer.ingress)
    expect(await ingressOf('classed')).toBeUndefined()
    await cluster.client.patch(resources.services, { ...ref, name: 'web' }, { spec: { type: 'ClusterIP' } })
    await expect.poll(() => held.holds('default/web', ADDRESS, [{ protocol: 'TCP', port: second }])).toBe(false)
  })
})

describe('who of the cluster has a port already', () => {
  const service = (name: string, spec: k8s.ServiceSpec, createdAt = '2026-01-01T00:00:00Z'): k8s.Service => ({
    metadata: { name, namespace: 'shop', creationTimestamp: createdAt, uid: name },
    spec: { clusterIP: '10.96.0.9', ...spec },
  })
  const balancer = { type: 'LoadBalancer', ports: [{ port: 80 }] }
  const asking = service('asking', balancer)
  const by = (others: { services?: k8s.Service[]; pods?: k8s.Pod[] }) =>
    claimedBy(asking, { services: [asking], pods: [], address: '192.0.2.1', ...others })
  const pod = (port: k8s.ContainerPort, phase = 'Running'): k8s.Pod => ({
    metadata: { name: 'p', namespace: 'shop' },
    spec: { containers: [{ name: 'c', ports: [port] }] },
    status: { phase },
  })

  it.each([
    ['an older load balancer', service('a', balancer, '2025-01-01T00:00:00Z'), true],
    ['a younger one', service('a', balancer, '2027-01-01T00:00:00Z'), false],
    [
      'a younger one that has its address',
      {
        ...service('a', balancer, '2027-01-01T00:00:00Z'),
        status: { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] } },
      },
      true,
    ],
    ['one of another class', service('a', { ...balancer, loadBalancerClass: 'x/y' }, '2025-01-01T00:00:00Z'), false],
    [
      'the same port of another protocol',
      service('a', { ...balancer, ports: [{ port: 80, protocol: 'UDP' }] }, '2025'),
      false,
    ],
    ['a node port', service('a', { type: 'NodePort', ports: [{ port: 8080, nodePort: 80 }] }), true],
    ['an external address', service('a', { externalIPs: ['192.0.2.1'], ports: [{ port: 80 }] }), true],
    [
      'an external address that is not the node’s',
      service('a', { externalIPs: ['192.0.2.2'], ports: [{ port: 80 }] }),
      false,
    ],
  ])('%s', (_what, other, has) => {
    const expected = has ? 'port 80/TCP belongs to the Service shop/a' : undefined
    expect(by({ services: [asking, other] })).toBe(expected)
  })

  it('a hostPort, but not that of a pod that has ended or of another address', () => {
    expect(by({ pods: [pod({ containerPort: 8080, hostPort: 80 })] })).toBe(
      'port 80/TCP is a hostPort of the pod shop/p',
    )
    expect(by({ pods: [pod({ containerPort: 8080, hostPort: 80 }, 'Succeeded')] })).toBeUndefined()
    expect(by({ pods: [pod({ containerPort: 8080, hostPort: 80, hostIP: '127.0.0.1' })] })).toBeUndefined()
    expect(by({ pods: [pod({ containerPort: 8080, hostPort: 80, protocol: 'UDP' })] })).toBeUndefined()
  })
})

async function listen(host: string, port: number): Promise<AsyncDisposable & { port: number }> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host, port }, resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
