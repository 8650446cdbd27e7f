import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type ComponentClients, componentClients } from '../../../test/harness/components.ts'
import { type k8s, resources } from '../../api/index.ts'
import { identities } from '../../engine/identities.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { runScheduler } from '../run-scheduler.ts'

const { persistentvolumeclaims: claims, persistentvolumes: volumes, storageclasses, nodes, pods } = resources
const SELECTED = 'volume.kubernetes.io/selected-node'

describe('a pod with claims', () => {
  let cluster: TestCluster
  let components: ComponentClients
  let stop: AbortController
  let running: Promise<void>
  beforeEach(async () => {
    cluster = await openTestCluster()
    components = componentClients(cluster)
    const allocatable = { cpu: '4', memory: '8Gi', pods: '110' }
    for (const name of ['near', 'far']) {
      const labels = { 'kubernetes.io/hostname': name }
      await cluster.client.create(nodes, { metadata: { name, labels }, spec: {} })
      await cluster.client.patch(nodes, { name }, { status: { allocatable } }, { subresource: 'status' })
      await cluster.client.patch(nodes, { name }, { spec: { taints: null } })
    }
    await cluster.client.create(storageclasses, {
      metadata: { name: 'lazy' },
      provisioner: 'example.com/disk',
      volumeBindingMode: 'WaitForFirstConsumer',
    })
    stop = new AbortController()
    const client = components.clientAs(identities.scheduler)
    running = runScheduler({ client, clock: systemClock, logger: silentLogger, signal: stop.signal })
  })
  afterEach(async () => {
    stop.abort()
    await running
    expect(components.refused).toEqual([])
    await cluster[Symbol.asyncDispose]()
  })

  const ref = { namespace: 'default', name: 'data' }
  const poll = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 10_000, interval: 20 })
  const claim = (storageClassName: string, accessModes = ['ReadWriteOnce']) =>
    cluster.client.create(claims, {
      metadata: ref,
      spec: {
        accessModes,
        resources: { requests: { storage: '1Gi' } },
        storageClassName,
      },
    })
  const on = (...values: string[]): k8s.VolumeNodeAffinity => ({
    required: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }] }],
    },
  })
  const volume = async (name: string, node: string, storageClassName = '') => {
    await cluster.client.create(volumes, {
      metadata: { name },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName,
        local: { path: '/x' },
        nodeAffinity: on(node),
      },
    })
    await cluster.client.patch(volumes, { name }, { status: { phase: 'Available' } }, { subresource: 'status' })
  }
  /** As the controller does. */
  const bindTo = async (volumeName: string) => {
    const metadata = { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }
    await cluster.client.patch(claims, ref, { metadata, spec: { volumeName } })
    await cluster.client.patch(claims, ref, { status: { phase: 'Bound' } }, { subresource: 'status' })
  }
  const pod = (volumeSource: Partial<k8s.Volume> = { persistentVolumeClaim: { claimName: 'data' } }) =>
    cluster.client.create(pods, {
      metadata: { namespace: 'default', name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }], volumes: [{ name: 'v', ...volumeSource }] },
    })
  const getPod = () => cluster.client.get(pods, { namespace: 'default', name: 'p' })
  const nodeOf = () => poll(async () => (await getPod()).spec.nodeName)
  const whyNot = () =>
    poll(async () => (await getPod()).status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message)

  it('waits for a claim that is not there, then for its volume, and goes where that is', async () => {
    await pod()
    await whyNot().toMatch(/^0\/2 nodes are available: persistentvolumeclaim "data" not found\. preemption: /)
    await volume('pv', 'far')
    await claim('')
    await whyNot().toMatch(/^0\/2 nodes are available: pod has unbound immediate PersistentVolumeClaims\. preemption: /)
    await bindTo('pv')
    await nodeOf().toBe('far')
  })

  it('chooses the node for a claim that waits for it, and is bound once the claim is', async () => {
    await claim('lazy')
    await pod()
    await poll(async () => (await cluster.client.get(claims, ref)).metadata.annotations?.[SELECTED]).toMatch(/near|far/)
    expect((await getPod()).spec.nodeName).toBeUndefined()
    const node = (await cluster.client.get(claims, ref)).metadata.annotations?.[SELECTED] ?? ''
    await volume('pv', node, 'lazy')
    await bindTo('pv')
    await nodeOf().toBe(node)
  })

  it('takes a volume that is there for a claim that waits', async () => {
    // Of a class that makes volumes any node would do, and one is taken by chance.
    await cluster.client.create(storageclasses, {
      metadata: { name: 'made' },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    })
    await volume('pv', 'far', 'made')
    await claim('made')
    await pod()
    await poll(async () => (await cluster.client.get(volumes, { name: 'pv' })).spec.claimRef?.name).toBe('data')
    await bindTo('pv')
    await nodeOf().toBe('far')
  })

  it('is told where no volume can be had', async () => {
    await cluster.client.create(storageclasses, {
      metadata: { name: 'static' },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    })
    await claim('static')
    await pod()
    await whyNot().toMatch(
      /^0\/2 nodes are available: 2 node\(s\) didn't find available persistent volumes to bind\. preemption: /,
    )
    await volume('pv', 'near', 'static')
    await poll(async () => (await cluster.client.get(volumes, { name: 'pv' })).spec.claimRef?.name).toBe('data')
  })

  it('that it has to itself waits until the other pod is gone', async () => {
    await volume('pv', 'near')
    await claim('', ['ReadWriteOncePod'])
    await bindTo('pv')
    await cluster.client.create(pods, {
      metadata: { namespace: 'default', name: 'first' },
      spec: {
        nodeName: 'near',
        containers: [{ name: 'c', image: 'i' }],
        volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
      },
    })
    await pod()
    await whyNot().toMatch(/with ReadWriteOncePod access mode already in-use by another pod/)
    await cluster.client.delete(pods, { namespace: 'default', name: 'first' }, { gracePeriodSeconds: 0 })
    await nodeOf().toBe('near')
  })

  it('with an ephemeral volume waits for the claim that is made for it', async () => {
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
    await pod({ ephemeral: { volumeClaimTemplate: { spec } } })
    await whyNot().toMatch(
      /waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v"\. preemption: /,
    )
  })
})
