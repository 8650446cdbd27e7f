import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../test/harness/cluster.ts'
import { type k8s, resources } from '../api/index.ts'
import { systemClock } from '../lib/index.ts'
import { untilRoutedAway } from './routed-away.ts'

let cluster: TestCluster
beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

const slice = (uid: string, conditions: k8s.EndpointConditions): k8s.EndpointSlice => ({
  metadata: { namespace: 'default', name: uid },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.0.0.1'], conditions, targetRef: { kind: 'Pod', name: uid, uid } }],
})
const never = new AbortController().signal

it('waits until no Service leads to the pods, and for no others', async () => {
  const { client } = cluster
  await client.create(resources.endpointslices, slice('staying', { ready: true, serving: true }))
  await client.create(resources.endpointslices, slice('unready-is-fine', { ready: true, serving: false }))
  const leaving = await client.create(resources.endpointslices, slice('leaving', { ready: true, serving: true }))
  let isAway = false
  const away = untilRoutedAway(client, ['leaving', 'unready-is-fine'], { clock: systemClock, signal: never }).then(
    () => (isAway = true),
  )
  await untilRoutedAway(client, ['unready-is-fine'], { clock: systemClock, signal: never })
  expect(isAway).toBe(false)
  await client.update(resources.endpointslices, {
    ...leaving,
    ...slice('leaving', { ready: false, serving: false }),
    metadata: leaving.metadata,
  })
  await away
})

it('waits no longer than it is told to', async () => {
  await cluster.client.create(resources.endpointslices, slice('leaving', { ready: true }))
  const stop = new AbortController()
  const away = untilRoutedAway(cluster.client, ['leaving'], { clock: systemClock, signal: stop.signal })
  stop.abort()
  await away
})
