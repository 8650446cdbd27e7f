import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlledCluster, openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { isApiError, type k8s, resources } from '../../api/index.ts'

const ref = { namespace: 'default', name: 'data' }
const { persistentvolumeclaims: claims, persistentvolumes: volumes, pods } = resources

describe('storage in use', () => {
  let cluster: ControlledCluster
  beforeEach(async () => {
    cluster = await openControlledCluster()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const claim = () =>
    cluster.client.create(claims, {
      metadata: ref,
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    })
  const pod = (nodeName?: string) =>
    cluster.client.create(pods, {
      metadata: { namespace: 'default', name: 'p' },
      spec: {
        ...(nodeName && { nodeName }),
        containers: [{ name: 'c', image: 'i' }],
        volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
      },
    })
  const isGone = (resource: typeof claims | typeof volumes) =>
    cluster.client.get<k8s.PersistentVolume | k8s.PersistentVolumeClaim>(resource as typeof volumes, ref).then(
      () => false,
      (error: unknown) => isApiError(error, 'NotFound'),
    )
  const goes = (resource: typeof claims | typeof volumes) =>
    expect.poll(() => isGone(resource), { timeout: 5000, interval: 10 }).toBe(true)

  it('a claim that a running pod uses stays until the pod is gone', async () => {
    expect((await claim()).metadata.finalizers).toEqual(['kubernetes.io/pvc-protection'])
    await pod('n')
    await cluster.client.delete(claims, ref)
    expect(await isGone(claims)).toBe(false)
    await cluster.client.delete(pods, { namespace: 'default', name: 'p' }, { gracePeriodSeconds: 0 })
    await goes(claims)
  })

  it('a claim that no pod on a node uses goes at once', async () => {
    await claim()
    await pod()
    await cluster.client.delete(claims, ref)
    await goes(claims)
  })

  it('a volume that is bound stays until it is not', async () => {
    const created = await cluster.client.create(volumes, {
      metadata: { name: 'data' },
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
    })
    expect(created.metadata.finalizers).toEqual(['kubernetes.io/pv-protection'])
    await cluster.client.patch(volumes, ref, { status: { phase: 'Bound' } }, { subresource: 'status' })
    await cluster.client.delete(volumes, ref)
    expect(await isGone(volumes)).toBe(false)
    await cluster.client.patch(volumes, ref, { status: { phase: 'Released' } }, { subresource: 'status' })
    await goes(volumes)
  })
})
