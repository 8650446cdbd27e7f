import { describe, expect, it } from 'vitest'
import { type k8s, type Resource, resources } from '../../api/index.ts'
import { openInformer } from '../../client/index.ts'
import { openTestCluster } from '../../../test/harness/cluster.ts'
import { podOf, replicaSetOf } from '../testing/objects.ts'
import { dependentsOf, interestedOwners } from './dependents.ts'
import { controllerReference } from './owner-reference.ts'

const web = replicaSetOf({ name: 'web', replicas: 1 })
const other = replicaSetOf({ name: 'other', replicas: 1 })

const controlled = (pod: k8s.Pod, owner = web, resource: Resource = resources.replicasets): k8s.Pod => ({
  ...pod,
  metadata: { ...pod.metadata, ownerReferences: [controllerReference(owner, resource)] },
})

it('dependents are what an owner controls; claimable is what nobody in its namespace controls as well', async () => {
  await using cluster = await openTestCluster()
  await using maps = await openInformer(cluster.client, resources.configmaps)
  const dependents = dependentsOf(maps)
  const make = (name: string, owner?: k8s.ReplicaSet, namespace = 'default') => {
    const ownerReferences = owner && [controllerReference(owner, resources.replicasets)]
    const metadata = { name, namespace, ...(ownerReferences && { ownerReferences }) }
    return cluster.client.create(resources.configmaps, { metadata })
  }
  await make('own', web)
  await make('of-another', other)
  await make('orphan')
  await make('elsewhere', undefined, 'kube-public')
  const names = (objects: k8s.ConfigMap[]) => objects.map(({ metadata }) => metadata.name).toSorted()
  await expect.poll(() => maps.list().some(({ metadata }) => metadata.name === 'elsewhere')).toBe(true)
  expect(names(dependents.ownedBy(web))).toEqual(['own'])
  expect(names(dependents.claimableBy(web))).toEqual(['orphan', 'own'])
  await cluster.client.patch(
    resources.configmaps,
    { namespace: 'default', name: 'own' },
    { metadata: { ownerReferences: null } },
  )
  await expect.poll(() => names(dependents.ownedBy(web))).toEqual([])
  expect(names(dependents.claimableBy(other))).toEqual(['of-another', 'orphan', 'own'])
})

describe('who hears of a pod', () => {
  const owners = { resource: resources.replicasets, list: () => [web, other] }
  const pod = podOf({ name: 'p' })
  it.each([
    { why: 'its controller alone', pod: controlled(pod), keys: ['default/web'] },
    { why: 'no one when that is of another kind', pod: controlled(pod, web, resources.daemonsets), keys: [] },
    { why: 'of an orphan all whose selector it fits', pod, keys: ['default/web', 'default/other'] },
    { why: 'of one that fits none, none', pod: podOf({ name: 'p', labels: {} }), keys: [] },
    { why: 'of an orphan that ends, none: nobody adopts it', pod: podOf({ name: 'p', isDeleting: true }), keys: [] },
  ])('$why', ({ pod: heardOf, keys }) => expect(interestedOwners(heardOf, owners)).toEqual(keys))
})
