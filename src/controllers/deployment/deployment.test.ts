import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlledCluster, openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { eventually, expectGone } from '../../../test/harness/eventually.ts'
import type { PlayingKubelet } from '../../../test/harness/playing-kubelet.ts'
import { type k8s, resources } from '../../api/index.ts'
import { openInformer } from '../../client/index.ts'
import { templateOf } from '../testing/objects.ts'

const namespace = 'default'
const ref = { namespace, name: 'web' }

function webDeployment(overrides: Partial<k8s.DeploymentSpec> = {}): k8s.Deployment {
  const selector = { matchLabels: { app: 'web' } }
  return { metadata: ref, spec: { replicas: 3, selector, template: templateOf('web:1'), ...overrides } }
}

describe('a deployment over a real API server', () => {
  let cluster: ControlledCluster
  let kubelet: PlayingKubelet
  let isHeld: (pod: k8s.Pod) => boolean

  beforeEach(async () => {
    cluster = await openControlledCluster()
    isHeld = () => false
    kubelet = await cluster.openKubelet({ fate: (pod) => (isHeld(pod) ? 'held' : 'ready') })
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const pods = async () => (await cluster.client.list(resources.pods, { namespace })).items
  const replicaSets = async () => (await cluster.client.list(resources.replicasets, { namespace })).items
  const web = () => cluster.client.get(resources.deployments, ref)
  const complete = async (image: string) => {
    const { metadata, spec, status } = await web()
    expect(status?.observedGeneration).toBe(metadata.generation)
    // Counts of none are left out.
    const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {}
    expect([replicas, updatedReplicas, availableReplicas]).toEqual(Array(3).fill(spec.replicas))
    expect((await pods()).map((pod) => pod.spec?.containers[0]?.image)).toEqual(Array(spec.replicas).fill(image))
  }
  const setImage = (image: string) =>
    cluster.client.patch(
      resources.deployments,
      ref,
      { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } },
      { type: 'strategic' },
    )

  it('makes its pods and says that it is available', async () => {
    await cluster.client.create(resources.deployments, webDeployment())
    await eventually(() => complete('web:1'))
    const { metadata, status } = await web()
    expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1')
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }),
    )
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }),
    )
  })

  it('scaling adds and removes pods', async () => {
    await cluster.client.create(resources.deployments, webDeployment())
    await eventually(() => complete('web:1'))
    for (const replicas of [5, 1, 0, 2]) {
      await cluster.client.patch(resources.deployments, ref, { spec: { replicas } })
      await eventually(() => complete('web:1'))
    }
    expect(await replicaSets()).toHaveLength(1)
  })

  it('a rollout replaces the pods, and going back to the old template reuses its replica set', async () => {
    await cluster.client.create(resources.deployments, webDeployment())
    await eventually(() => complete('web:1'))
    await setImage('web:2')
    await eventually(() => complete('web:2'))
    await setImage('web:1')
    await eventually(() => complete('web:1'))
    const sets = await replicaSets()
    expect(sets).toHaveLength(2)
    const current = sets.find(({ spec }) => spec.replicas === 3)
    expect(current?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    })
    expect((await web()).metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
  })

  it('a restart amid a rollout neither doubles pods nor replica sets', async () => {
    await cluster.client.create(resources.deployments, webDeployment({ replicas: 6 }))
    await eventually(() => complete('web:1'))
    isHeld = (pod) => pod.spec?.containers[0]?.image === 'web:2'
    await setImage('web:2')
    await eventually(async () => expect((await replicaSets()).length).toBe(2))
    await cluster.restart()
    await eventually(async () => expect((await pods()).length).toBe(8))
    isHeld = () => false
    kubelet.release()
    await eventually(() => complete('web:2'))
    expect(await replicaSets()).toHaveLength(2)
  })

  it('restarts at any moment of a rollout never leave the fenceposts', async () => {
    await cluster.client.create(resources.deployments, webDeployment({ replicas: 6 }))
    await eventually(() => complete('web:1'))
    await using followed = await openInformer(cluster.client, resources.pods)
    const seen = { most: 0, fewestReady: 6 }
    followed.onChange(() => {
      const alive = followed.list(namespace).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      const ready = alive.filter(({ status }) =>
        status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
      )
      seen.most = Math.max(seen.most, alive.length)
      seen.fewestReady = Math.min(seen.fewestReady, ready.length)
    })
    for (const image of ['web:2', 'web:3', 'web:4']) {
      await setImage(image)
      for (let turns = 0; turns < 12; turns += 3) {
        // A few turns of the event loop further into the rollout each time.
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
        await cluster.restart()
      }
      await eventually(() => complete(image))
    }
    expect(seen.most).toBeLessThanOrEqual(8)
    expect(seen.fewestReady).toBeGreaterThanOrEqual(5)
    expect(await replicaSets()).toHaveLength(4)
  })

  it('a deleted pod is replaced, and the deletion of the deployment takes all with it', async () => {
    await cluster.client.create(resources.deployments, webDeployment())
    await eventually(() => complete('web:1'))
    const [victim] = await pods()
    await cluster.client.delete(resources.pods, victim?.metadata ?? { name: '' })
    await eventually(async () => {
      expect((await pods()).map(({ metadata }) => metadata.uid)).not.toContain(victim?.metadata.uid)
      await complete('web:1')
    })
    await cluster.client.delete(resources.deployments, ref)
    await eventually(async () => {
      expect(await replicaSets()).toEqual([])
      expect(await pods()).toEqual([])
    })
  })

  it('Recreate ends all old pods before the first new one', async () => {
    await cluster.client.create(resources.deployments, webDeployment({ strategy: { type: 'Recreate' } }))
    await eventually(() => complete('web:1'))
    await setImage('web:2')
    await eventually(() => complete('web:2'))
    const events = (await cluster.client.list(resources.events, { namespace })).items
    const scalings = events.filter(({ reason }) => reason === 'ScalingReplicaSet').map(({ message }) => message)
    expect(scalings).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Scaled down replica set web-\w+ from 3 to 0$/),
        expect.stringMatching(/^Scaled up replica set web-\w+ from 0 to 3$/),
      ]),
    )
  })

  it('rolls nothing out while it is paused', async () => {
    await cluster.client.create(resources.deployments, webDeployment())
    await eventually(() => complete('web:1'))
    await cluster.client.patch(resources.deployments, ref, { spec: { paused: true } })
    await setImage('web:2')
    await eventually(async () => {
      const { metadata, status } = await web()
      expect(status?.observedGeneration).toBe(metadata.generation)
      expect(status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'Progressing', reason: 'DeploymentPaused' }),
      )
    })
    expect(await replicaSets()).toHaveLength(1)
    await cluster.client.patch(resources.deployments, ref, { spec: { paused: false } })
    await eventually(() => complete('web:2'))
  })

  it('deletion in the foreground waits for the pods; orphaning leaves them', async () => {
    await cluster.client.create(resources.deployments, webDeployment())
    await eventually(() => complete('web:1'))
    const [set] = await replicaSets()
    const orphans = new Set((await pods()).map(({ metadata }) => metadata.uid))
    await cluster.client.delete(resources.deployments, ref, { propagationPolicy: 'Orphan' })
    await eventually(async () => {
      expect((await replicaSets())[0]?.metadata).toMatchObject({ uid: set?.metadata.uid })
      expect((await replicaSets())[0]?.metadata.ownerReferences ?? []).toEqual([])
    })
    // A deployment of the same selector and template takes them over as they are.
    await cluster.client.create(resources.deployments, webDeployment())
    await eventually(() => complete('web:1'))
    expect(new Set((await pods()).map(({ metadata }) => metadata.uid))).toEqual(orphans)

    await cluster.client.delete(resources.deployments, ref, { propagationPolicy: 'Foreground' })
    await eventually(async () => {
      await expectGone(web())
      expect(await replicaSets()).toEqual([])
      expect(await pods()).toEqual([])
    })
  })
})
