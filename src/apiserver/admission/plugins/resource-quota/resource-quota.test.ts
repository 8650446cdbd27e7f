import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../../test/harness/cluster.ts'
import type { k8s } from '../../../../api/index.ts'

const CORE = '/api/v1/namespaces/default'
const MERGE = { 'content-type': 'application/merge-patch+json' }

describe('ResourceQuota', () => {
  let cluster: TestCluster
  beforeEach(async () => {
    cluster = await openTestCluster()
    await call(cluster.exchange, 'POST', `${CORE}/serviceaccounts`, { body: { metadata: { name: 'default' } } })
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  /** As the controller leaves it: nothing is used. */
  const quota = async (hard: Record<string, string>, spec: Partial<k8s.ResourceQuotaSpec> = {}, name = 'q') => {
    await call(cluster.exchange, 'POST', `${CORE}/resourcequotas`, {
      body: { metadata: { name }, spec: { hard, ...spec } },
    })
    const used = Object.fromEntries(Object.keys(hard).map((one) => [one, '0']))
    const { status, text } = await call(cluster.exchange, 'PATCH', `${CORE}/resourcequotas/${name}/status`, {
      body: { status: { hard, used } },
      headers: MERGE,
    })
    expect(status, text).toBe(200)
  }
  const used = async (name = 'q') => {
    const { json } = await call(cluster.exchange, 'GET', `${CORE}/resourcequotas/${name}`)
    return (json.status as k8s.ResourceQuotaStatus).used
  }
  const create = (plural: string, body: object, query = '') =>
    call(cluster.exchange, 'POST', `${CORE}/${plural}${query}`, { body })
  const pod = (name: string, resources: k8s.ResourceRequirements = {}, spec: Partial<k8s.PodSpec> = {}) =>
    create('pods', { metadata: { name }, spec: { containers: [{ name: 'c', image: 'i', resources }], ...spec } })
  const configMap = (name: string, query = '') => create('configmaps', { metadata: { name } }, query)

  it('charges what is made, and refuses what is too much', async () => {
    await quota({ pods: '2', cpu: '1', 'limits.memory': '1Gi' })
    const asks = (cpu: string, memory: string) => ({ requests: { cpu }, limits: { memory } })
    expect((await pod('a', asks('600m', '512Mi'))).status).toBe(201)
    expect(await used()).toEqual({ pods: '1', cpu: '600m', 'limits.memory': '512Mi' })
    expect((await pod('b', asks('500m', '256Mi'))).json).toMatchObject({
      code: 403,
      message: 'pods "b" is forbidden: exceeded quota: q, requested: cpu=500m, used: cpu=600m, limited: cpu=1',
    })
    expect((await pod('b', asks('400m', '512Mi'))).status).toBe(201)
    expect((await pod('c', asks('0', '0'))).json.message).toContain(
      'exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
    )
    expect(await used()).toEqual({ pods: '2', cpu: '1', 'limits.memory': '1Gi' })
  })

  it('refuses pods that do not say what they are charged for', async () => {
    await quota({ 'requests.cpu': '1', 'limits.memory': '1Gi' })
    expect((await pod('a')).json.message).toBe(
      'pods "a" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c',
    )
  })

  it('is never overrun by many writers at once', async () => {
    await quota({ 'count/configmaps': '7', configmaps: '100' })
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => configMap(`c${i}`)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(7)
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(33)
    expect(await used()).toEqual({ 'count/configmaps': '7', configmaps: '7' })
  })

  it('counts only what is in its scopes', async () => {
    await quota({ pods: '1' }, { scopes: ['BestEffort'] })
    await quota(
      { pods: '1' },
      {
        scopeSelector: {
          matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] }],
        },
      },
      'critical',
    )
    expect((await pod('a', { requests: { cpu: '1' } })).status).toBe(201)
    expect([await used(), await used('critical')]).toEqual([{ pods: '0' }, { pods: '0' }])
    expect((await pod('b', {}, { priorityClassName: 'system-node-critical' })).status).toBe(201)
    expect([await used(), await used('critical')]).toEqual([{ pods: '1' }, { pods: '1' }])
  })

  it('charges services for their ports, also later', async () => {
    await quota({ services: '5', 'services.nodeports': '1', 'services.loadbalancers': '0' })
    const service = (type: string) => ({
      metadata: { name: 's' },
      spec: {
        type,
        ports: [
          { port: 1, name: 'a' },
          { port: 2, name: 'b' },
        ],
      },
    })
    expect((await create('services', service('LoadBalancer'))).json.message).toBe(
      'services "s" is forbidden: exceeded quota: q, requested: services.loadbalancers=1,services.nodeports=2, used: services.loadbalancers=0,services.nodeports=0, limited: services.loadbalancers=0,services.nodeports=1',
    )
    expect((await create('services', service('ClusterIP'))).status).toBe(201)
    const { status } = await call(cluster.exchange, 'PATCH', `${CORE}/services/s`, {
      body: { spec: { type: 'NodePort' } },
      headers: MERGE,
    })
    expect(status).toBe(403)
    expect(await used()).toEqual({ services: '1', 'services.nodeports': '0', 'services.loadbalancers': '0' })
  })

  it('charges claims by size and by class', async () => {
    const gold = 'gold.storageclass.storage.k8s.io'
    await quota({ 'requests.storage': '10Gi', persistentvolumeclaims: '5', [`${gold}/requests.storage`]: '1Gi' })
    const claim = (name: string, storage: string, more: object = {}) =>
      create('persistentvolumeclaims', {
        metadata: { name },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more },
      })
    expect((await claim('a', '2Gi')).status).toBe(201)
    expect((await claim('b', '2Gi', { storageClassName: 'gold' })).json.message).toContain(
      `exceeded quota: q, requested: ${gold}/requests.storage=2Gi, used: ${gold}/requests.storage=0, limited: ${gold}/requests.storage=1Gi`,
    )
    expect(await used()).toEqual({
      'requests.storage': '2Gi',
      persistentvolumeclaims: '1',
      [`${gold}/requests.storage`]: '0',
    })
  })

  it('is not charged for dry runs, nor when another quota refuses', async () => {
    await quota({ configmaps: '5' })
    expect((await configMap('a', '?dryRun=All')).status).toBe(201)
    expect(await used()).toEqual({ configmaps: '0' })
    await quota({ 'count/configmaps': '0' }, {}, 'z')
    expect((await configMap('a')).status).toBe(403)
    expect(await used()).toEqual({ configmaps: '0' })
  })

  it('lets nothing pass while its usage is unknown', async () => {
    await call(cluster.exchange, 'POST', `${CORE}/resourcequotas`, {
      body: { metadata: { name: 'q' }, spec: { hard: { configmaps: '1' } } },
    })
    expect((await configMap('a')).status).toBe(201)
    await call(cluster.exchange, 'PATCH', `${CORE}/resourcequotas/q/status`, {
      body: { status: { hard: { configmaps: '1' } } },
      headers: MERGE,
    })
    expect((await configMap('b')).json.message).toBe(
      'configmaps "b" is forbidden: status unknown for quota: q, resources: configmaps',
    )
  })
})
