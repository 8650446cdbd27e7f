import { expect, test } from 'vitest'
import { openTestCluster } from '../../test/harness/cluster.ts'
import { type k8s, resources } from '../api/index.ts'
import { ClusterCache } from './cluster-cache.ts'
import { openSurroundings } from './open-cache.ts'
import { readSnapshot } from './read-snapshot.ts'

test('what is read at once is what the scheduler follows', async () => {
  await using cluster = await openTestCluster()
  const { client } = cluster
  const cache = new ClusterCache()
  await using _ = await openSurroundings({ client, cache, informer: {} })
  const metadata = { name: 'web', namespace: 'default' }
  const selector = { matchLabels: { app: 'web' } }
  const template = {
    metadata: { name: '', labels: selector.matchLabels },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  }
  await client.create(resources.services, { metadata, spec: { selector: { tier: 'front' }, ports: [{ port: 80 }] } })
  await client.create(resources.replicasets, { metadata, spec: { selector, template } })
  await client.create(resources.statefulsets, { metadata, spec: { serviceName: 'web', selector, template } })
  await client.create(resources.poddisruptionbudgets, { metadata, spec: { minAvailable: 1, selector } })
  await client.create(resources.namespaces, { metadata: { name: 'more', labels: { team: 'a' } }, spec: {} })
  const followed = () => {
    const { namespaceLabels, workloadSelectors, budgets } = cache.snapshot()
    return { namespaceLabels, workloadSelectors, budgets: budgets.map((budget) => budget.metadata.name) }
  }
  const read = await readSnapshot(client)
  expect(read.workloadSelectors).toEqual(
    new Map<string, k8s.LabelSelector>([
      ['Service/default/web', { matchLabels: { tier: 'front' } }],
      ['ReplicaSet/default/web', selector],
      ['StatefulSet/default/web', selector],
    ]),
  )
  expect(read.namespaceLabels.get('more')).toMatchObject({ team: 'a' })
  await expect.poll(followed).toEqual({
    namespaceLabels: read.namespaceLabels,
    workloadSelectors: read.workloadSelectors,
    budgets: ['web'],
  })
  await client.delete(resources.replicasets, metadata)
  await client.delete(resources.poddisruptionbudgets, metadata)
  await expect.poll(() => followed().workloadSelectors.size).toBe(2)
  await expect.poll(() => followed().budgets).toEqual([])
})

test('a pod is left out where it is to be placed anew', async () => {
  await using cluster = await openTestCluster()
  const { client } = cluster
  await client.create(resources.nodes, { metadata: { name: 'n' }, spec: {} })
  const spec = { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] }
  const pods = []
  for (const name of ['one', 'two'])
    pods.push(await client.create(resources.pods, { metadata: { name, namespace: 'default' }, spec }))
  const { nodes } = await readSnapshot(client, { without: pods[0]?.metadata.uid ?? '' })
  expect(nodes.map((node) => node.pods.map(({ pod }) => pod.metadata.name))).toEqual([['two']])
})
