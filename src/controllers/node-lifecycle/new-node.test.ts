import { expect, test } from 'vitest'
import { openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { type k8s, resources } from '../../api/index.ts'

test('a new node takes no pods before it is ready, and takes them as soon as it is', async () => {
  await using cluster = await openControlledCluster()
  const say = async (status: string) => {
    const node = await cluster.client.get(resources.nodes, { name: 'n' })
    const conditions: k8s.NodeCondition[] = [{ type: 'Ready', status }]
    await cluster.client.updateStatus(resources.nodes, { ...node, status: { ...node.status, conditions } })
  }
  const taints = async () =>
    ((await cluster.client.get(resources.nodes, { name: 'n' })).spec?.taints ?? []).map(({ effect }) => effect)
  const created = await cluster.client.create(resources.nodes, { metadata: { name: 'n' }, spec: {} })
  expect(created.spec?.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }])
  await say('False')
  await expect.poll(taints).toEqual(['NoSchedule', 'NoExecute'])
  await say('True')
  // Well before the next round of the monitor.
  await expect.poll(taints, { timeout: 2000 }).toEqual([])
})
