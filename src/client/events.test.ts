import { expect, test } from 'vitest'
import { openTestCluster } from '../../test/harness/cluster.ts'
import { resources } from '../api/index.ts'
import { FakeClock, toKubernetesTime } from '../lib/index.ts'
import { recordEvent } from './events.ts'

test('an event that is told again is the same event, counted', async () => {
  await using cluster = await openTestCluster()
  const { client } = cluster
  const clock = new FakeClock()
  const regarding = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default', uid: 'u1' } }
  const related = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'other', namespace: 'default', uid: 'u2' } }
  const record = { clock, component: 'tester', regarding, related, type: 'Warning', reason: 'Tried' } as const
  const first = toKubernetesTime(clock.now())
  expect(await recordEvent(client, { ...record, action: 'Trying', message: 'it went wrong' })).toBe(true)
  await clock.advance(5_000)
  expect(await recordEvent(client, { ...record, action: 'Trying', message: 'it went wrong' })).toBe(true)
  expect(await recordEvent(client, { ...record, message: 'it went right' })).toBe(true)
  const { items } = await client.list(resources.events, { namespace: 'default' })
  expect(items.toSorted((a, b) => (b.count ?? 0) - (a.count ?? 0))).toMatchObject([
    {
      message: 'it went wrong',
      count: 2,
      firstTimestamp: first,
      lastTimestamp: toKubernetesTime(clock.now()),
      action: 'Trying',
      involvedObject: { kind: 'Pod', name: 'web', uid: 'u1' },
      related: { kind: 'Pod', name: 'other', uid: 'u2' },
    },
    { message: 'it went right', count: 1 },
  ])
})

test('an event that cannot be written is no failure', async () => {
  await using cluster = await openTestCluster()
  const regarding = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'nowhere', uid: 'u' } }
  const record = {
    clock: new FakeClock(),
    component: 'tester',
    regarding,
    type: 'Normal',
    reason: 'R',
    message: 'm',
  } as const
  expect(await recordEvent(cluster.client, record)).toBe(false)
})
