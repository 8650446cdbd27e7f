import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlledCluster, openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { type k8s, resources } from '../../api/index.ts'

const namespace = 'default'

describe('a ReplicationController', () => {
  let cluster: ControlledCluster
  beforeEach(async () => {
    cluster = await openControlledCluster()
    await cluster.openKubelet()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const pods = async () => (await cluster.client.list(resources.pods, { namespace })).items

  it('makes, adopts, counts and removes pods, across a restart', async () => {
    const labels = { app: 'old' }
    const rc = resources.replicationcontrollers
    const ref = { namespace, name: 'old' }
    const spec = { containers: [{ name: 'web', image: 'web:1' }] }
    const template = { metadata: { labels } as unknown as k8s.ObjectMeta, spec }
    await cluster.client.create(resources.pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name: 'orphan', labels },
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
})
