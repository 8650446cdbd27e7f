import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isApiError, type k8s, type Resource, resources } from '../../src/api/index.ts'
import { openInformer } from '../../src/client/index.ts'
import { type ControlledCluster, openControlledCluster } from './controlled-cluster.ts'
import { eventually } from './eventually.ts'
import type { PlayingKubelet } from './playing-kubelet.ts'

const NAMESPACE = 'default'

function webDeployment(overrides: Partial<k8s.DeploymentSpec> = {}, image = 'web:1'): k8s.Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } } as unknown as k8s.ObjectMeta,
        spec: { containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
      },
      ...overrides,
    },
  }
}

describe('the controllers over a real API server', () => {
  let cluster: ControlledCluster
  let kubelet: PlayingKubelet
  let isHeld: (pod: k8s.Pod) => boolean

  beforeEach(async () => {
    cluster = await openControlledCluster()
    isHeld = () => false
    kubelet = await cluster.openKubelet({ fate: (pod) => (isHeld(pod) ? 'held' : 'ready') })
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const pods = async () => (await cluster.client.list(resources.pods, { namespace: NAMESPACE })).items
  const replicaSets = async () => (await cluster.client.list(resources.replicasets, { namespace: NAMESPACE })).items
  const web = () => cluster.client.get(resources.deployments, { namespace: NAMESPACE, name: 'web' })
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
      { namespace: NAMESPACE, name: 'web' },
      { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } },
      { type: 'strategic' },
    )

  it('a ReplicationController makes, adopts, counts and removes pods, across a restart', async () => {
    const labels = { app: 'old' }
    const rc = resources.replicationcontrollers
    const ref = { namespace: NAMESPACE, name: 'old' }
    const spec = { containers: [{ name: 'web', image: 'web:1' }] }
    const template = { metadata: { labels } as unknown as k8s.ObjectMeta, spec }
    await cluster.client.create(resources.pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: NAMESPACE, name: 'orphan', labels },
      spec,
    })
    await cluster.client.create(rc, {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: ref,
      spec: { replicas: 3, template },
    })
    await expect.poll(async () => (await cluster.client.get(rc, ref)).status?.readyReplicas).toBe(3)
    const owned = await pods()
    expect(
      owned.map(({ metadata }) => metadata.ownerReferences?.map(({ kind, apiVersion }) => [apiVersion, kind])),
    ).toEqual(owned.map(() => [['v1', 'ReplicationController']]))
    expect(owned.map(({ metadata }) => metadata.name)).toContain('orphan')
    await cluster.restart()
    await cluster.client.patch(rc, ref, { spec: { replicas: 1 } })
    await expect.poll(async () => (await pods()).length).toBe(1)
    await expect
      .poll(async () => (await cluster.client.get(rc, ref)).status)
      .toMatchObject({ replicas: 1, readyReplicas: 1, fullyLabeledReplicas: 1, availableReplicas: 1 })
  })

  it('a deployment makes its pods and says that it is available', async () => {
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
      await cluster.client.patch(resources.deployments, { namespace: NAMESPACE, name: 'web' }, { spec: { replicas } })
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
      const alive = followed.list(NAMESPACE).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
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
    await cluster.client.delete(resources.deployments, { namespace: NAMESPACE, name: 'web' })
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
    const events = (await cluster.client.list(resources.events, { namespace: NAMESPACE })).items
    const scalings = events.filter(({ reason }) => reason === 'ScalingReplicaSet').map(({ message }) => message)
    expect(scalings).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Scaled down replica set web-\w+ from 3 to 0$/),
        expect.stringMatching(/^Scaled up replica set web-\w+ from 0 to 3$/),
      ]),
    )
  })

  it('a service has slices and endpoints of the ready pods, by named port', async () => {
    await cluster.client.create(resources.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: NAMESPACE },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    })
    await cluster.client.create(resources.deployments, webDeployment())
    await eventually(async () => {
      const { items } = await cluster.client.list(resources.endpointslices, {
        namespace: NAMESPACE,
        labelSelector: 'kubernetes.io/service-name=web',
      })
      expect(items).toHaveLength(1)
      expect(items[0]?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }])
      expect(items[0]?.endpoints.filter(({ conditions }) => conditions?.ready)).toHaveLength(3)
      const endpoints = await cluster.client.get(resources.endpoints, { namespace: NAMESPACE, name: 'web' })
      expect(endpoints.subsets?.[0]?.addresses).toHaveLength(3)
    })
    await cluster.client.delete(resources.services, { namespace: NAMESPACE, name: 'web' })
    await eventually(async () => {
      const { items } = await cluster.client.list(resources.endpointslices, {
        namespace: NAMESPACE,
        labelSelector: 'kubernetes.io/service-name=web',
      })
      expect(items).toEqual([])
      await expect(cluster.client.get(resources.endpoints, { namespace: NAMESPACE, name: 'web' })).rejects.toSatisfy(
        (error) => isApiError(error, 'NotFound'),
      )
    })
  })

  it('objects that own each other in a circle are deleted all the same, one waiting for the next', async () => {
    const names = ['a', 'b', 'c']
    const refs = names.map((name) => ({ namespace: NAMESPACE, name }))
    const made = await Promise.all(
      refs.map((metadata) =>
        cluster.client.create(resources.configmaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata }),
      ),
    )
    for (const [index, ref] of refs.entries()) {
      const owner = made.at(index - 1)?.metadata
      const ownerReferences = [
        { apiVersion: 'v1', kind: 'ConfigMap', name: owner?.name, uid: owner?.uid, blockOwnerDeletion: true },
      ]
      await cluster.client.patch(resources.configmaps, ref, { metadata: { ownerReferences } })
    }
    await cluster.client.delete(resources.configmaps, refs[0] ?? { name: '' }, { propagationPolicy: 'Foreground' })
    await eventually(async () => {
      const { items } = await cluster.client.list(resources.configmaps, { namespace: NAMESPACE })
      expect(items.map(({ metadata }) => metadata.name).filter((name) => names.includes(name))).toEqual([])
    })
  })

  it('a namespace goes when its pods have gone, and what they may need stays until then', async () => {
    const namespace = 'going'
    const ref = { namespace, name: 'needed' }
    await cluster.client.create(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
      spec: {},
    })
    await cluster.client.create(resources.configmaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: ref })
    await cluster.client.create(resources.pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name: 'last', finalizers: ['example.com/hold'] },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    })
    await cluster.client.delete(resources.namespaces, { name: namespace })
    await eventually(async () => {
      const { status } = await cluster.client.get(resources.namespaces, { name: namespace })
      expect(status?.conditions?.find(({ type }) => type === 'NamespaceFinalizersRemaining')).toMatchObject({
        status: 'True',
        message: 'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
      })
    })
    expect((await cluster.client.get(resources.configmaps, ref)).metadata.deletionTimestamp).toBeUndefined()
    await cluster.client.patch(resources.pods, { namespace, name: 'last' }, { metadata: { finalizers: null } })
    await eventually(async () => {
      await expect(cluster.client.get(resources.namespaces, { name: namespace })).rejects.toSatisfy((error) =>
        isApiError(error, 'NotFound'),
      )
    })
  })

  it('custom objects own and are owned like others, and go with their namespace', async () => {
    const namespace = 'custom'
    const things: Resource = {
      group: 'example.com',
      version: 'v1',
      kind: 'Thing',
      plural: 'things',
      singular: 'thing',
      namespaced: true,
      shortNames: [],
      categories: [],
      verbs: ['create', 'delete', 'get', 'list', 'watch'],
      subresources: [],
    }
    const thing = (name: string) => ({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { namespace, name } })
    await cluster.client.create(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
      spec: {},
    })
    await cluster.client.create(resources.customresourcedefinitions, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'things.example.com' },
      spec: {
        group: 'example.com',
        names: { kind: 'Thing', plural: 'things' },
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    })
    const isServed = () => cluster.client.list(things, { namespace }).then(() => 'served', String)
    await expect.poll(isServed, { interval: 5 }).toBe('served')
    const owner = await cluster.client.create(things, thing('owner'))
    await cluster.client.create(things, thing('other'))
    const ownerReferences = [
      { apiVersion: 'example.com/v1', kind: 'Thing', name: 'owner', uid: owner.metadata.uid ?? '' },
    ]
    const ref = { namespace, name: 'owned' }
    await cluster.client.create(resources.configmaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...ref, ownerReferences },
    })
    await cluster.client.delete(things, { namespace, name: 'owner' })
    await eventually(async () => {
      await expect(cluster.client.get(resources.configmaps, ref)).rejects.toSatisfy((error) =>
        isApiError(error, 'NotFound'),
      )
    })
    await cluster.client.delete(resources.namespaces, { name: namespace })
    await eventually(async () => {
      await expect(cluster.client.get(resources.namespaces, { name: namespace })).rejects.toSatisfy((error) =>
        isApiError(error, 'NotFound'),
      )
    })
    expect((await cluster.client.list(things)).items).toEqual([])
  })

  it('deletion in the foreground waits for the pods; orphaning leaves them', async () => {
    await cluster.client.create(resources.deployments, webDeployment())
    await eventually(() => complete('web:1'))
    const [set] = await replicaSets()
    const orphans = new Set((await pods()).map(({ metadata }) => metadata.uid))
    await cluster.client.delete(
      resources.deployments,
      { namespace: NAMESPACE, name: 'web' },
      { propagationPolicy: 'Orphan' },
    )
    await eventually(async () => {
      expect((await replicaSets())[0]?.metadata).toMatchObject({ uid: set?.metadata.uid })
      expect((await replicaSets())[0]?.metadata.ownerReferences ?? []).toEqual([])
    })
    // A deployment of the same selector and template takes them over as they are.
    await cluster.client.create(resources.deployments, webDeployment())
    await eventually(() => complete('web:1'))
    expect(new Set((await pods()).map(({ metadata }) => metadata.uid))).toEqual(orphans)

    await cluster.client.delete(
      resources.deployments,
      { namespace: NAMESPACE, name: 'web' },
      { propagationPolicy: 'Foreground' },
    )
    await eventually(async () => {
      await expect(web()).rejects.toSatisfy((error) => isApiError(error, 'NotFound'))
      expect(await replicaSets()).toEqual([])
      expect(await pods()).toEqual([])
    })
  })

  it('an object whose owner never was is collected', async () => {
    const metadata = {
      name: 'stray',
      namespace: NAMESPACE,
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-0000-0000-000000000000' },
      ],
    }
    await cluster.client.create(resources.configmaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata })
    await eventually(async () => {
      await expect(cluster.client.get(resources.configmaps, { namespace: NAMESPACE, name: 'stray' })).rejects.toSatisfy(
        (error) => isApiError(error, 'NotFound'),
      )
    })
  })

  it('a paused deployment rolls nothing out until it is resumed', async () => {
    await cluster.client.create(resources.deployments, webDeployment())
    await eventually(() => complete('web:1'))
    const name = { namespace: NAMESPACE, name: 'web' }
    await cluster.client.patch(resources.deployments, name, { spec: { paused: true } })
    await setImage('web:2')
    await eventually(async () => {
      const { metadata, status } = await web()
      expect(status?.observedGeneration).toBe(metadata.generation)
      expect(status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'Progressing', reason: 'DeploymentPaused' }),
      )
    })
    expect(await replicaSets()).toHaveLength(1)
    await cluster.client.patch(resources.deployments, name, { spec: { paused: false } })
    await eventually(() => complete('web:2'))
  })

  it('a namespace gets its service account and CA, and goes with all it holds', async () => {
    await cluster.client.create(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop' },
      spec: {},
    })
    await eventually(async () => {
      await cluster.client.get(resources.serviceaccounts, { namespace: 'shop', name: 'default' })
      const ca = await cluster.client.get(resources.configmaps, { namespace: 'shop', name: 'kube-root-ca.crt' })
      expect(ca.data).toEqual({ 'ca.crt': 'CA' })
    })
    const deployment = webDeployment()
    await cluster.client.create(resources.deployments, {
      ...deployment,
      metadata: { ...deployment.metadata, namespace: 'shop' },
    })
    await eventually(async () =>
      expect((await cluster.client.list(resources.pods, { namespace: 'shop' })).items).toHaveLength(3),
    )
    await cluster.client.delete(resources.namespaces, { name: 'shop' })
    await eventually(async () => {
      expect((await cluster.client.list(resources.pods, { namespace: 'shop' })).items).toEqual([])
      await expect(cluster.client.get(resources.namespaces, { name: 'shop' })).rejects.toSatisfy((error) =>
        isApiError(error, 'NotFound'),
      )
    })
  })
})
