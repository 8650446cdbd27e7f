import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../../test/harness/cluster.ts'
import type { k8s } from '../../../../api/index.ts'

const CORE = '/api/v1/namespaces/default'

describe('LimitRanger', () => {
  let cluster: TestCluster
  beforeEach(async () => {
    cluster = await openTestCluster()
    await call(cluster.exchange, 'POST', `${CORE}/serviceaccounts`, { body: { metadata: { name: 'default' } } })
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const limit = async (...limits: k8s.LimitRangeItem[]) =>
    expect(
      (
        await call(cluster.exchange, 'POST', `${CORE}/limitranges`, {
          body: { metadata: { name: 'l' }, spec: { limits } },
        })
      ).status,
    ).toBe(201)
  const pod = (resources: k8s.ResourceRequirements = {}, more: Partial<k8s.PodSpec> = {}) =>
    call(cluster.exchange, 'POST', `${CORE}/pods`, {
      body: { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i', resources }], ...more } },
    })

  it('gives containers what they do not ask for, and says so', async () => {
    await limit({
      type: 'Container',
      default: { cpu: '500m', memory: '500Mi' },
      defaultRequest: { cpu: '100m', memory: '200Mi' },
    })
    const { json } = await pod({ limits: { cpu: '300m' } }, { initContainers: [{ name: 'first', image: 'i' }] })
    const spec = json.spec as k8s.PodSpec
    expect(spec.containers[0]?.resources).toEqual({
      limits: { cpu: '300m', memory: '500Mi' },
      requests: { cpu: '300m', memory: '200Mi' },
    })
    expect(json.metadata?.annotations).toEqual({
      'kubernetes.io/limit-ranger':
        'LimitRanger plugin set: memory request for container c; memory limit for container c; cpu, memory request for init container first; cpu, memory limit for init container first',
    })
  })

  it.each<[string, k8s.LimitRangeItem, k8s.ResourceRequirements, string]>([
    [
      'too little',
      { type: 'Container', min: { cpu: '50m' } },
      { requests: { cpu: '10m' } },
      'minimum cpu usage per Container is 50m, but request is 10m',
    ],
    [
      'too much',
      { type: 'Container', max: { cpu: '500m' } },
      { limits: { cpu: '600m' } },
      '[maximum cpu usage per Container is 500m, but limit is 600m]',
    ],
    [
      'a request over the maximum',
      { type: 'Container', max: { memory: '1Gi' }, default: { memory: '1Gi' } },
      { requests: { memory: '1Gi' } },
      '',
    ],
    [
      'too much of a pod',
      { type: 'Pod', max: { memory: '1Gi' } },
      { limits: { memory: '2Gi' } },
      'maximum memory usage per Pod is 1Gi, but limit is 2Gi',
    ],
    [
      'nothing',
      { type: 'Pod', max: { memory: '1Gi' } },
      {},
      'maximum memory usage per Pod is 1Gi.  No limit is specified',
    ],
    [
      'too steep a ratio',
      { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
      { requests: { cpu: '100m' }, limits: { cpu: '500m' } },
      'cpu max limit to request ratio per Container is 2, but provided ratio is 5.000000',
    ],
  ])('refuses pods that ask for %s', async (_, item, resources, words) => {
    await limit(item)
    const { status, json } = await pod(resources)
    if (words === '') return expect(status).toBe(201)
    expect([status, json.message]).toEqual([403, `pods "p" is forbidden: ${words.replace(/^\[(.*)\]$/, '$1')}`])
  })

  it('holds claims to their limits', async () => {
    await limit({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } })
    const claim = (storage: string) =>
      call(cluster.exchange, 'POST', `${CORE}/persistentvolumeclaims`, {
        body: {
          metadata: { name: 'c' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
        },
      })
    expect((await claim('500Mi')).json.message).toBe(
      'persistentvolumeclaims "c" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi',
    )
    expect((await claim('3Gi')).json.message).toContain('maximum storage usage per PersistentVolumeClaim is 2Gi')
    expect((await claim('1500Mi')).status).toBe(201)
  })
})
