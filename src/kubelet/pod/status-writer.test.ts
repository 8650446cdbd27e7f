import { expect, test } from 'vitest'
import { type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { openTestCluster } from '../../../test/harness/cluster.ts'
import { StatusWriter } from './status-writer.ts'

const createPod = (client: Client): Promise<k8s.Pod> =>
  client.create<k8s.Pod>(resources.pods, {
    metadata: { name: 'p', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'x' }] },
  })

/** As any client that may write the status does it. */
const setConditions = (client: Client, pod: k8s.Pod, conditions: k8s.PodCondition[]): Promise<k8s.Pod> =>
  client.patch(resources.pods, pod.metadata, { status: { conditions } }, { subresource: 'status', type: 'strategic' })

test('a status is written over what others set of it meanwhile', async () => {
  await using cluster = await openTestCluster()
  const { client } = cluster
  const pod = await createPod(client)
  const writer = new StatusWriter(client)
  const ready = (status: string, more: object = {}) => ({ type: 'Ready', status, ...more })
  const first = { conditions: [ready('False', { reason: 'No', message: 'not yet' })], podIPs: [{ ip: '10.0.0.1' }] }
  await writer.write(pod, { phase: 'Pending', podIP: '10.0.0.1', ...first })
  const foreign = { type: 'example.com/gate', status: 'True' }
  await setConditions(client, pod, [foreign])
  await writer.write(pod, {
    phase: 'Running',
    podIP: '10.0.0.2',
    conditions: [ready('True')],
    podIPs: [{ ip: '10.0.0.2' }],
  })
  const { status } = await client.get(resources.pods, pod.metadata)
  expect(status).toMatchObject({ phase: 'Running', podIPs: [{ ip: '10.0.0.2' }] })
  expect([...(status?.conditions ?? [])].sort((a, b) => (a.type < b.type ? -1 : 1))).toEqual([
    { type: 'Ready', status: 'True' },
    foreign,
  ])
})

test('a resize that is over leaves no condition behind', async () => {
  await using cluster = await openTestCluster()
  const { client } = cluster
  const pod = await createPod(client)
  const writer = new StatusWriter(client)
  const ready = { type: 'Ready', status: 'True' }
  await writer.write(pod, { conditions: [ready, { type: 'PodResizeInProgress', status: 'True' }] })
  await writer.write(writer.overlay(pod), { conditions: [ready] })
  expect((await client.get(resources.pods, pod.metadata)).status?.conditions).toEqual([ready])
})

test("what others make of the kubelet's own words is noticed, and told anew", async () => {
  await using cluster = await openTestCluster()
  const { client } = cluster
  const pod = await createPod(client)
  const writer = new StatusWriter(client)
  const told = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: null as never }] }
  await writer.write(pod, told)
  const own = await client.get(resources.pods, pod.metadata)
  expect(writer.isContradicted(own)).toBe(false)
  const marked = await setConditions(client, pod, [{ type: 'Ready', status: 'False' }])
  expect(writer.isContradicted(marked)).toBe(true)
  const base = writer.overlay(marked)
  expect(base.status?.conditions).toMatchObject([{ type: 'Ready', status: 'False' }])
  await writer.write(base, told)
  expect((await client.get(resources.pods, pod.metadata)).status?.conditions).toMatchObject([{ status: 'True' }])
})

test('a copy older than what was written last contradicts nothing', async () => {
  await using cluster = await openTestCluster()
  const { client } = cluster
  const pod = await createPod(client)
  const writer = new StatusWriter(client)
  await writer.write(pod, { phase: 'Pending' })
  const old = await client.get(resources.pods, pod.metadata)
  await writer.write(pod, { phase: 'Running' })
  expect(writer.isContradicted(old)).toBe(false)
  expect(writer.overlay(old).status?.phase).toBe('Running')
})

test('conditions of others are theirs: neither kept for them nor written', async () => {
  await using cluster = await openTestCluster()
  const { client } = cluster
  const pod = await createPod(client)
  const writer = new StatusWriter(client)
  const ready = { type: 'Ready', status: 'True' }
  const gate = (status: string) => ({ type: 'example.com/gate', status })
  const gated = await setConditions(client, pod, [gate('True')])
  await writer.write(gated, { phase: 'Pending', conditions: [ready, gate('True')] })
  const turned = await setConditions(client, pod, [gate('False')])
  expect(writer.isContradicted(turned)).toBe(false)
  expect(writer.overlay(turned).status?.conditions).toContainEqual(gate('False'))
  await writer.write(gated, { phase: 'Running', conditions: [ready, gate('True')] })
  const { status } = await client.get(resources.pods, pod.metadata)
  expect(status?.phase).toBe('Running')
  expect(status?.conditions).toContainEqual(gate('False'))
})
