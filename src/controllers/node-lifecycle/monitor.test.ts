import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type k8s, resources } from '../../api/index.ts'
import { type Informer, openInformer } from '../../client/index.ts'
import { FakeClock, toKubernetesTime } from '../../lib/index.ts'
import { podOf } from '../testing/objects.ts'
import { MONITOR_EVERY_MS, NodeMonitor } from './monitor.ts'
import { UNREACHABLE } from './taints.ts'

describe('the node monitor over a real API server', () => {
  let cluster: TestCluster
  let clock: FakeClock
  let informers: { nodes: Informer<k8s.Node>; leases: Informer<k8s.Lease>; pods: Informer<k8s.Pod> }
  let monitor: NodeMonitor

  beforeEach(async () => {
    cluster = await openTestCluster()
    clock = new FakeClock(Date.now())
    const { client } = cluster
    informers = {
      nodes: await openInformer(client, resources.nodes),
      leases: await openInformer(client, resources.leases, { namespace: 'kube-node-lease' }),
      pods: await openInformer(client, resources.pods),
    }
    monitor = new NodeMonitor({
      client,
      clock,
      nodes: informers.nodes,
      leases: informers.leases,
      podsOn: (node) => informers.pods.list().filter((pod) => pod.spec?.nodeName === node),
    })
    const now = toKubernetesTime(clock.now())
    const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now }
    const node: k8s.Node = { metadata: { name: 'node-1' }, spec: {}, status: { conditions: [ready] } }
    const created = await client.create(resources.nodes, node)
    await client.updateStatus(resources.nodes, { ...created, status: { conditions: [ready] } })
    const { metadata, spec, status } = podOf({ name: 'web', ip: '10.0.0.1' })
    const { uid: _, creationTimestamp: __, ...named } = metadata
    const pod = await client.create(resources.pods, {
      metadata: named,
      spec: { ...spec, containers: spec?.containers ?? [] },
    })
    await client.updateStatus(resources.pods, { ...pod, status })
    await expect
      .poll(() => informers.pods.list()[0]?.status?.conditions?.length, { timeout: 10_000, interval: 5 })
      .toBe(1)
  })
  afterEach(async () => {
    for (const informer of Object.values(informers)) await informer[Symbol.asyncDispose]()
    await cluster[Symbol.asyncDispose]()
  })

  const node = () => cluster.client.get(resources.nodes, { name: 'node-1' })
  /** Rounds over so many seconds, each after the caches have caught up with the one before. */
  const pass = async (seconds: number) => {
    for (let passed = 0; passed < seconds * 1000; passed += MONITOR_EVERY_MS) {
      await monitor.round()
      const live = (await node()).metadata.resourceVersion
      await expect
        .poll(() => informers.nodes.get({ name: 'node-1' })?.metadata.resourceVersion, { timeout: 10_000, interval: 5 })
        .toBe(live)
      await clock.advance(MONITOR_EVERY_MS)
    }
  }
  const readyOf = async () => (await node()).status?.conditions?.find(({ type }) => type === 'Ready')?.status
  const renew = async (count: number) => {
    const ref = { namespace: 'kube-node-lease', name: 'node-1' }
    const renewTime = new Date(clock.now()).toISOString().replace('Z', '000Z')
    if (count === 0) await cluster.client.create(resources.leases, { metadata: ref, spec: { renewTime } })
    else await cluster.client.patch(resources.leases, ref, { spec: { renewTime } })
    await expect.poll(() => informers.leases.get(ref)?.spec.renewTime, { timeout: 10_000, interval: 5 }).toBe(renewTime)
  }

  it('leaves alone a node that renews its lease', async () => {
    for (let count = 0; count < 4; count++) {
      await renew(count)
      await pass(40)
    }
    expect(await readyOf()).toBe('True')
    expect((await node()).spec?.taints ?? []).toEqual([])
  })

  it('marks a silent node and its pods, and takes it back when it returns', async () => {
    await renew(0)
    await pass(45)
    expect(await readyOf()).toBe('True')
    await pass(30)
    expect(await readyOf()).toBe('Unknown')
    expect((await node()).spec?.taints).toMatchObject([
      { key: UNREACHABLE, effect: 'NoSchedule' },
      { key: UNREACHABLE, effect: 'NoExecute' },
    ])
    const pod = await cluster.client.get(resources.pods, { namespace: 'default', name: 'web' })
    expect(pod.status?.conditions).toMatchObject([{ type: 'Ready', status: 'False' }])

    const lost = await node()
    const conditions = (lost.status?.conditions ?? []).map((condition) => ({
      ...condition,
      status: condition.type === 'Ready' ? 'True' : 'False',
    }))
    await cluster.client.updateStatus(resources.nodes, { ...lost, status: { ...lost.status, conditions } })
    await renew(1)
    await pass(10)
    expect((await node()).spec?.taints ?? []).toEqual([])
  })

  it('marks the pods of a node that says that it is not ready, once', async () => {
    const { client } = cluster
    const ref = { namespace: 'default', name: 'web' }
    const readyOfPod = async () =>
      (await client.get(resources.pods, ref)).status?.conditions?.find(({ type }) => type === 'Ready')?.status
    const say = async (lastTransitionTime: string) => {
      const pod = await client.get(resources.pods, ref)
      const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime }]
      const told = await client.updateStatus(resources.pods, { ...pod, status: { ...pod.status, conditions } })
      await expect
        .poll(() => informers.pods.get(ref)?.metadata.resourceVersion, { timeout: 10_000, interval: 5 })
        .toBe(told.metadata.resourceVersion)
    }
    const at = (ms: number) => toKubernetesTime(clock.now() + ms)
    const live = await node()
    const unready = { type: 'Ready', status: 'False', reason: 'KubeletNotReady', lastTransitionTime: at(0) }
    await client.updateStatus(resources.nodes, { ...live, status: { conditions: [unready] } })
    await say(at(-60_000))
    await pass(5)
    expect(await readyOfPod()).toBe('False')
    await say(at(1_000))
    await pass(20)
    expect(await readyOfPod()).toBe('True')
  })
})
