import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlledCluster, openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { eventually, expectGone } from '../../../test/harness/eventually.ts'
import { type k8s, resources } from '../../api/index.ts'

const namespace = 'default'
const ref = { namespace, name: 'web' }
const template = {
  metadata: { labels: { app: 'web' } } as unknown as k8s.ObjectMeta,
  spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ name: 'http', containerPort: 8080 }] }] },
}

describe('a service', () => {
  let cluster: ControlledCluster
  beforeEach(async () => {
    cluster = await openControlledCluster()
    await cluster.openKubelet()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  it('has slices and endpoints of the ready pods, by named port', async () => {
    await cluster.client.create(resources.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: ref,
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    })
    await cluster.client.create(resources.replicasets, {
      metadata: ref,
      spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template },
    })
    await eventually(async () => {
      const { items } = await cluster.client.list(resources.endpointslices, {
        namespace,
        labelSelector: 'kubernetes.io/service-name=web',
      })
      expect(items).toHaveLength(1)
      expect(items[0]?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }])
      expect(items[0]?.endpoints.filter(({ conditions }) => conditions?.ready)).toHaveLength(3)
      const endpoints = await cluster.client.get(resources.endpoints, ref)
      expect(endpoints.subsets?.[0]?.addresses).toHaveLength(3)
    })
    await cluster.client.delete(resources.services, ref)
    await eventually(async () => {
      const { items } = await cluster.client.list(resources.endpointslices, {
        namespace,
        labelSelector: 'kubernetes.io/service-name=web',
      })
      expect(items).toEqual([])
      await expectGone(cluster.client.get(resources.endpoints, ref))
    })
  })
})
