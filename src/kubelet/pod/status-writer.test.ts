import { expect, test } from 'vitest'
import { resources } from '../../api/index.ts'
import { openTestCluster } from '../../../test/harness/cluster.ts'
import { StatusWriter } from './status-writer.ts'

test('a status is written over what others set of it meanwhile', async () => {
  await using cluster = await openTestCluster()
  const { client } = cluster
  const pod = await client.create(resources.pods, {
    metadata: { name: 'p', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'x' }] },
  })
  const writer = new StatusWriter(client)
  const ready = (status: string, more: object = {}) => ({ type: 'Ready', status, ...more })
  const first = { conditions: [ready('False', { reason: 'No', message: 'not yet' })], podIPs: [{ ip: '10.0.0.1' }] }
  await writer.write(pod, { phase: 'Pending', podIP: '10.0.0.1', ...first })
  const foreign = { type: 'example.com/gate', status: 'True' }
  await client.patch(
    resources.pods,
    pod.metadata,
    { status: { conditions: [foreign] } },
    { subresource: 'status', type: 'strategic' },
  )
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
  const pod = await client.create(resources.pods, {
    metadata: { name: 'p', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'x' }] },
  })
  const writer = new StatusWriter(client)
  const ready = { type: 'Ready', status: 'True' }
  await writer.write(pod, { conditions: [ready, { type: 'PodResizeInProgress', status: 'True' }] })
  await writer.write(writer.overlay(pod), { conditions: [ready] })
  expect((await client.get(resources.pods, pod.metadata)).status?.conditions).toEqual([ready])
})
