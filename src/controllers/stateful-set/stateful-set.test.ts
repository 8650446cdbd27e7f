import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlledCluster, openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { eventually } from '../../../test/harness/eventually.ts'
import type { PlayingKubelet } from '../../../test/harness/playing-kubelet.ts'
import { type k8s, resources } from '../../api/index.ts'
import { templateOf } from '../testing/objects.ts'

const { statefulsets, pods, controllerrevisions, persistentvolumeclaims, events } = resources
const namespace = 'default'
const ref = { namespace, name: 'db' }

function setOf(spec: Partial<k8s.StatefulSetSpec> = {}): k8s.StatefulSet {
  return {
    metadata: ref,
    spec: {
      replicas: 3,
      serviceName: 'peers',
      selector: { matchLabels: { app: 'web' } },
      template: templateOf('web:1'),
      ...spec,
    },
  }
}

const data = {
  metadata: { name: 'data', labels: { kind: 'data' } },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
}

describe('a stateful set', () => {
  let cluster: ControlledCluster
  let kubelet: PlayingKubelet
  let held: Set<string>

  beforeEach(async () => {
    cluster = await openControlledCluster()
    held = new Set()
    kubelet = await cluster.openKubelet({ fate: ({ metadata }) => (held.has(metadata.name) ? 'held' : 'ready') })
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const list = async () =>
    (await cluster.client.list(pods, { namespace })).items.toSorted((a, b) =>
      a.metadata.name.localeCompare(b.metadata.name),
    )
  const names = async () => (await list()).map(({ metadata }) => metadata.name)
  const images = async () => (await list()).map(({ spec }) => spec.containers[0]?.image)
  const status = async () => (await cluster.client.get(statefulsets, ref)).status
  const patch = (spec: object) => cluster.client.patch(statefulsets, ref, { spec })
  const setImage = (image: string) => patch({ template: { spec: { containers: [{ name: 'web', image }] } } })
  const release = (name: string) => {
    held.delete(name)
    kubelet.release()
  }
  const isComplete = (replicas: number) =>
    eventually(async () => {
      const { metadata, status: now } = await cluster.client.get(statefulsets, ref)
      const { readyReplicas = 0, updatedReplicas = 0, ...rest } = now ?? { replicas: 0 }
      expect(rest.observedGeneration).toBe(metadata.generation)
      expect([rest.replicas, readyReplicas, updatedReplicas]).toEqual([replicas, replicas, replicas])
      expect(rest.currentRevision).toBe(rest.updateRevision)
    })

  it('makes its pods one after the other, each with an identity that lasts', async () => {
    held.add('db-1')
    await cluster.client.create(statefulsets, setOf())
    await eventually(async () => expect(await names()).toEqual(['db-0', 'db-1']))
    release('db-1')
    await isComplete(3)
    const made = await list()
    expect(made.map(({ spec }) => [spec.hostname, spec.subdomain])).toEqual(
      ['db-0', 'db-1', 'db-2'].map((name) => [name, 'peers']),
    )
    const revision = (await status())?.currentRevision
    expect(made.map(({ metadata }) => metadata.labels)).toEqual(
      made.map(({ metadata }, index) => ({
        app: 'web',
        'statefulset.kubernetes.io/pod-name': metadata.name,
        'apps.kubernetes.io/pod-index': String(index),
        'controller-revision-hash': revision,
      })),
    )
    const told = (await cluster.client.list(events, { namespace })).items.filter(
      ({ involvedObject }) => involvedObject.kind === 'StatefulSet',
    )
    expect(told.map(({ reason, message }) => `${reason}: ${message}`)).toContain(
      'SuccessfulCreate: create Pod db-2 in StatefulSet db successful',
    )
  })

  it('takes pods away from the highest ordinal, and brings a deleted one back by its name', async () => {
    await cluster.client.create(statefulsets, setOf({ ordinals: { start: 5 } }))
    await isComplete(3)
    expect(await names()).toEqual(['db-5', 'db-6', 'db-7'])
    const [first] = await list()
    await cluster.client.delete(pods, { namespace, name: 'db-5' })
    await eventually(async () => expect((await list())[0]?.metadata.uid).not.toBe(first?.metadata.uid))
    await cluster.restart()
    await patch({ replicas: 1 })
    await isComplete(1)
    expect(await names()).toEqual(['db-5'])
    await cluster.client.delete(statefulsets, ref)
    await eventually(async () => expect(await names()).toEqual([]))
  })

  it('in parallel waits for nobody', async () => {
    held.add('db-0')
    await cluster.client.create(statefulsets, setOf({ podManagementPolicy: 'Parallel' }))
    await eventually(async () => expect(await names()).toEqual(['db-0', 'db-1', 'db-2']))
    await patch({ replicas: 1 })
    await eventually(async () => expect(await names()).toEqual(['db-0']))
  })

  it('updates from the highest ordinal down to the partition, and goes back to a revision it has had', async () => {
    await cluster.client.create(
      statefulsets,
      setOf({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }),
    )
    await isComplete(3)
    const before = (await status())?.currentRevision
    await setImage('web:2')
    await eventually(async () => expect(await images()).toEqual(['web:1', 'web:1', 'web:2']))
    await eventually(async () => {
      const now = await status()
      expect([now?.currentReplicas, now?.updatedReplicas, now?.readyReplicas]).toEqual([2, 1, 3])
      expect(now?.currentRevision).toBe(before)
    })
    // A pod below the partition comes back as it was.
    await cluster.client.delete(pods, { namespace, name: 'db-0' })
    await eventually(async () => expect(await images()).toEqual(['web:1', 'web:1', 'web:2']))
    await patch({ updateStrategy: { rollingUpdate: { partition: 0 } } })
    await isComplete(3)
    expect(await images()).toEqual(['web:2', 'web:2', 'web:2'])
    await setImage('web:1')
    await isComplete(3)
    expect(await images()).toEqual(['web:1', 'web:1', 'web:1'])
    expect((await status())?.currentRevision).toBe(before)
    const history = (await cluster.client.list(controllerrevisions, { namespace })).items
    expect(history.map(({ revision }) => revision).toSorted((a, b) => a - b)).toEqual([2, 3])
  })

  it('leaves pods to their owner’s hand OnDelete, and keeps as many revisions as it should', async () => {
    const updateStrategy = { type: 'OnDelete' }
    await cluster.client.create(statefulsets, setOf({ replicas: 1, updateStrategy, revisionHistoryLimit: 1 }))
    await eventually(async () => expect((await status())?.readyReplicas).toBe(1))
    for (const image of ['web:2', 'web:3', 'web:4']) {
      await setImage(image)
      await eventually(async () => {
        const { metadata } = await cluster.client.get(statefulsets, ref)
        expect((await status())?.observedGeneration).toBe(metadata.generation)
      })
    }
    expect(await images()).toEqual(['web:1'])
    await cluster.client.delete(pods, { namespace, name: 'db-0' })
    await eventually(async () => expect(await images()).toEqual(['web:4']))
    // The first stays current in the status; of the rest, the latest and one more.
    await eventually(async () =>
      expect((await cluster.client.list(controllerrevisions, { namespace })).items.length).toBe(3),
    )
  })

  it('replaces a pod that has ended', async () => {
    await cluster.client.create(statefulsets, setOf({ replicas: 1 }))
    await isComplete(1)
    const [pod] = await list()
    held.add('db-0')
    await cluster.client.patch(
      pods,
      { namespace, name: 'db-0' },
      { status: { phase: 'Failed' } },
      { subresource: 'status' },
    )
    await eventually(async () => expect((await list())[0]?.metadata.uid).not.toBe(pod?.metadata.uid))
    release('db-0')
    await isComplete(1)
  })

  it('adopts what has its labels and a name of its own', async () => {
    const { metadata, spec } = templateOf('web:1')
    const orphan = (name: string) =>
      cluster.client.create(pods, { metadata: { ...metadata, namespace, name }, spec: spec as k8s.PodSpec })
    await orphan('db-0')
    await orphan('other')
    await cluster.client.create(statefulsets, setOf({ replicas: 1 }))
    await eventually(async () => {
      const owners = (await list()).map((pod) => pod.metadata.ownerReferences?.[0]?.name)
      expect(owners).toEqual(['db', undefined])
    })
  })

  it('gives each pod claims, which go as the retention policy says', async () => {
    const claims = async () =>
      Object.fromEntries(
        (await cluster.client.list(persistentvolumeclaims, { namespace })).items.map(({ metadata }) => [
          metadata.name,
          metadata.ownerReferences?.map(({ kind }) => kind).join() ?? '',
        ]),
      )
    await cluster.client.create(
      statefulsets,
      setOf({
        replicas: 2,
        volumeClaimTemplates: [data as k8s.PersistentVolumeClaim],
        persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' },
      }),
    )
    await isComplete(2)
    expect(await claims()).toEqual({ 'data-db-0': '', 'data-db-1': '' })
    const { metadata } = await cluster.client.get(persistentvolumeclaims, { namespace, name: 'data-db-0' })
    expect(metadata.labels).toEqual({ kind: 'data', app: 'web' })
    expect((await list())[0]?.spec.volumes?.[0]).toMatchObject({
      name: 'data',
      persistentVolumeClaim: { claimName: 'data-db-0' },
    })
    await patch({ replicas: 1 })
    await isComplete(1)
    await eventually(async () => expect(await claims()).toEqual({ 'data-db-0': '' }))
    await patch({ persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain', whenDeleted: 'Delete' } })
    await eventually(async () => expect(await claims()).toEqual({ 'data-db-0': 'StatefulSet' }))
    await cluster.client.delete(statefulsets, ref)
    await eventually(async () => expect(await claims()).toEqual({}))
  })
})
