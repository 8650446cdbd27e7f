/** What Services hold is held once, and free when nobody holds it: whoever writes at the same time, whatever is refused,
 *  and though the server may end at any time. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import type { k8s } from '../../api/index.ts'
import { openMemoryStore, type Store } from '../../store/index.ts'
import { allocationsOf } from './service-allocator.ts'

const SERVICES = '/api/v1/namespaces/default/services'
const PORTS = { least: 30_000, most: 30_009 }
const CIDR = '10.96.0.0/28'

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const spec = fc.record({
  type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
  externalName: fc.constant('example.com'),
  clusterIP: fc.option(fc.constantFrom('10.96.0.3', '10.96.0.4', '10.96.0.40', 'None', ''), {
    nil: undefined,
    freq: 3,
  }),
  allocateLoadBalancerNodePorts: fc.boolean(),
  externalTrafficPolicy: fc.option(fc.constantFrom('Local', 'Cluster'), { nil: undefined }),
  ports: fc.uniqueArray(
    fc.record({
      port: fc.integer({ min: 1, max: 4 }),
      protocol: fc.constantFrom('TCP', 'UDP'),
      nodePort: fc.option(fc.constantFrom(30_000, 30_001, 30_002, 31_000), { nil: undefined, freq: 3 }),
    }),
    { minLength: 1, maxLength: 3, selector: ({ port, protocol }) => `${protocol}${port}` },
  ),
})
const write = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant('POST' as const), name, spec, dryRun: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('PUT' as const), name, spec, dryRun: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('DELETE' as const), name, dryRun: fc.constant(false) }) },
)
/** Writes of a step are sent at the same time. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.array(write, { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constant('crash' as const) },
)

const openCluster = (store: Store) => openTestCluster({ store, serviceCidr: CIDR, nodePorts: PORTS })

async function send({ exchange }: TestCluster, one: typeof write extends fc.Arbitrary<infer T> ? T : never) {
  const query = one.dryRun ? '?dryRun=All' : ''
  if (one.act === 'DELETE') return call(exchange, 'DELETE', `${SERVICES}/${one.name}`)
  const ports = one.spec.ports.map((port, index) => ({ ...port, name: `p${index}` }))
  const { type, clusterIP, externalTrafficPolicy, externalName, allocateLoadBalancerNodePorts } = one.spec
  const isExternal = type === 'LoadBalancer' || type === 'NodePort'
  const body = {
    metadata: { name: one.name },
    spec: {
      type,
      ports,
      ...(clusterIP !== undefined && { clusterIP }),
      ...(type === 'ExternalName' && { externalName }),
      ...(type === 'LoadBalancer' && { allocateLoadBalancerNodePorts }),
      ...(isExternal && externalTrafficPolicy !== undefined && { externalTrafficPolicy }),
    },
  }
  return call(exchange, one.act, one.act === 'PUT' ? `${SERVICES}/${one.name}${query}` : `${SERVICES}${query}`, {
    body,
  })
}

async function held({ exchange }: TestCluster): Promise<{ addresses: number[]; ports: number[] }> {
  const { items } = (await call(exchange, 'GET', '/api/v1/services')).json as unknown as { items: k8s.Service[] }
  const all = items.map(allocationsOf)
  return { addresses: all.flatMap((one) => [...one.addresses]), ports: all.flatMap((one) => [...one.ports]) }
}

/** How many more there are, by taking all of them. */
async function takeAll(cluster: TestCluster): Promise<void> {
  const taken = await held(cluster)
  const free = PORTS.most - PORTS.least + 1 - taken.ports.length
  for (let i = 0; i < free; i++) {
    const body = { metadata: { name: `rest${i}` }, spec: { clusterIP: 'None', ports: [{ port: 80 }] } }
    // Headless ones have no node port; what has one has an address too.
    const made = await call(cluster.exchange, 'POST', SERVICES, {
      body: { ...body, spec: { type: 'NodePort', ports: [{ port: 80 }] } },
    })
    if (made.status === 201) continue
    expect(made.json.message).toContain('failed to allocate a serviceIP: range is full')
    expect((await held(cluster)).addresses).toHaveLength(14)
    return
  }
  expect((await held(cluster)).ports).toHaveLength(PORTS.most - PORTS.least + 1)
}

it('no address or node port is held twice, and none is lost', async () => {
  const holds = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
    await using store = await openMemoryStore()
    let cluster = await openCluster(store)
    try {
      for (const one of steps) {
        if (one === 'crash') {
          await cluster[Symbol.asyncDispose]()
          cluster = await openCluster(store)
        } else
          for (const { status } of await Promise.all(one.map((each) => send(cluster, each))))
            expect(status).not.toBe(504)
        const { addresses, ports } = await held(cluster)
        expect(new Set(addresses).size).toBe(addresses.length)
        expect(new Set(ports).size).toBe(ports.length)
      }
      await takeAll(cluster)
    } finally {
      await cluster[Symbol.asyncDispose]()
    }
  })
  await fc.assert(holds, { numRuns: 40 })
})
