import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlledCluster, openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { eventually, expectGone } from '../../../test/harness/eventually.ts'
import { type Resource, resources } from '../../api/index.ts'

describe('what is owned', () => {
  let cluster: ControlledCluster
  beforeEach(async () => {
    cluster = await openControlledCluster()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  it('objects that own each other in a circle are deleted all the same, one waiting for the next', async () => {
    const names = ['a', 'b', 'c']
    const refs = names.map((name) => ({ namespace: 'default', name }))
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
      const { items } = await cluster.client.list(resources.configmaps, { namespace: 'default' })
      expect(items.map(({ metadata }) => metadata.name).filter((name) => names.includes(name))).toEqual([])
    })
  })

  it('an object whose owner never was is collected', async () => {
    const metadata = {
      name: 'stray',
      namespace: 'default',
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-0000-0000-000000000000' },
      ],
    }
    await cluster.client.create(resources.configmaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata })
    await eventually(async () => {
      await expectGone(cluster.client.get(resources.configmaps, { namespace: 'default', name: 'stray' }))
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
      await expectGone(cluster.client.get(resources.configmaps, ref))
    })
    await cluster.client.delete(resources.namespaces, { name: namespace })
    await eventually(async () => {
      await expectGone(cluster.client.get(resources.namespaces, { name: namespace }))
    })
    expect((await cluster.client.list(things)).items).toEqual([])
  })
})
