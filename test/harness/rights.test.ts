/** What the engine's components do at work, each with its own rights and no more. */
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { apps, gatewayApi, type KubeObject, type Resource, resources } from '../../src/api/index.ts'
import { openInformer } from '../../src/client/index.ts'
import { runApps } from '../../src/apps/index.ts'
import { identities } from '../../src/engine/identities.ts'
import { namedImages } from '../../src/engine/registry-garbage.ts'
import { openGateway, runGatewayStatus } from '../../src/gateway/index.ts'
import { silentLogger, systemClock } from '../../src/lib/index.ts'
import { openClusterView } from '../../src/network/dns/cluster-view.ts'
import { ensureClusterDns } from '../../src/network/index.ts'
import { runResources } from '../../src/resources/index.ts'
import { runScheduler } from '../../src/scheduler/index.ts'
import { openTestCluster } from './cluster.ts'
import { componentClients } from './components.ts'
import { eventually } from './eventually.ts'

it('the components of the engine need no more rights than they have', async () => {
  await using cluster = await openTestCluster()
  const { client } = cluster
  const { clientAs, refused } = componentClients(cluster)
  const stop = new AbortController()
  const common = { clock: systemClock, logger: silentLogger, signal: stop.signal }

  const dns = clientAs(identities.clusterDns)
  await ensureClusterDns(dns, { address: '10.1.0.1', nodeName: 'n' })
  await ensureClusterDns(dns, { address: '10.1.0.2', nodeName: 'n' })

  const running = [
    runScheduler({ ...common, client: clientAs(identities.scheduler) }),
    runApps({ ...common, client: clientAs(identities.apps), gateway: { port: 80, securePort: 443 } }),
    runResources({ ...common, client: clientAs(identities.resources) }),
    runGatewayStatus({ ...common, client: clientAs(identities.gatewayStatus), addresses: ['127.0.0.1'] }),
  ]
  const edge = clientAs(identities.edge)
  await using gateway = await openGateway({
    ...common,
    client: edge,
    listen: { host: '127.0.0.1', port: 0 },
    accessLog: new PassThrough(),
  })
  await gateway.synced
  await using view = await openClusterView({ ...common, client: edge })
  expect(view).toBeDefined()
  expect(await namedImages(clientAs(identities.registryGarbage), stop.signal)).toEqual([])
  const policies = clientAs(identities.networkPolicies)
  const followed: Resource<KubeObject>[] = [resources.networkpolicies, resources.namespaces, resources.pods]
  for (const resource of followed) await (await openInformer(policies, resource, common))[Symbol.asyncDispose]()

  const allocatable = { cpu: '4', memory: '8Gi', pods: '10' }
  await client.create(resources.nodes, { metadata: { name: 'n' }, spec: {} })
  await client.patch(resources.nodes, { name: 'n' }, { spec: { taints: null } })
  const conditions = [{ type: 'Ready', status: 'True' }]
  await client.patch(resources.nodes, { name: 'n' }, { status: { allocatable, conditions } }, { subresource: 'status' })
  const containers = [{ name: 'c', image: 'i' }]
  const pod = { namespace: 'default', name: 'fits' }
  await client.create(resources.pods, { metadata: { ...pod }, spec: { containers } })
  const huge = { ...pod, name: 'huge' }
  const needs = { resources: { requests: { cpu: '100' } } }
  await client.create(resources.pods, {
    metadata: { ...huge },
    spec: { containers: [{ name: 'c', image: 'i', ...needs }] },
  })
  const app = { namespace: 'default', name: 'hello' }
  await client.create(apps, { metadata: { ...app }, spec: { image: 'i', hosts: ['hello.example'] } })

  await eventually(async () => {
    expect((await client.get(resources.pods, pod)).spec?.nodeName).toBe('n')
    expect((await client.get(resources.pods, huge)).status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'PodScheduled', status: 'False' }),
    )
    const route = await client.get(gatewayApi.httproutes, app)
    expect(route.status?.parents[0]?.conditions).toContainEqual(expect.objectContaining({ type: 'Accepted' }))
    const { items } = await client.list(resources.events, { namespace: 'default' })
    expect(items.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['Scheduled', 'FailedScheduling']))
  })
  stop.abort()
  await Promise.all(running)
  expect(refused).toEqual([])
})
