import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlledCluster, openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { eventually, expectGone } from '../../../test/harness/eventually.ts'
import { resources } from '../../api/index.ts'
import { templateOf } from '../testing/objects.ts'

describe('a namespace', () => {
  let cluster: ControlledCluster
  beforeEach(async () => {
    cluster = await openControlledCluster()
    await cluster.openKubelet()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  it('gets its service account and CA, and goes with all it holds', async () => {
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
    const selector = { matchLabels: { app: 'web' } }
    await cluster.client.create(resources.deployments, {
      metadata: { namespace: 'shop', name: 'web' },
      spec: { replicas: 3, selector, template: templateOf('web:1') },
    })
    await eventually(async () =>
      expect((await cluster.client.list(resources.pods, { namespace: 'shop' })).items).toHaveLength(3),
    )
    await cluster.client.delete(resources.namespaces, { name: 'shop' })
    await eventually(async () => {
      expect((await cluster.client.list(resources.pods, { namespace: 'shop' })).items).toEqual([])
      await expectGone(cluster.client.get(resources.namespaces, { name: 'shop' }))
    })
  })

  it('goes when its pods have gone, and what they may need stays until then', async () => {
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
      await expectGone(cluster.client.get(resources.namespaces, { name: namespace }))
    })
  })
})
