import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { call, type CallOptions } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'
import { type k8s, resources } from '../../../api/index.ts'

let cluster: TestCluster
const send = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, options?: CallOptions) =>
  call(cluster.exchange, method, url, options)
const merge = { 'content-type': 'application/merge-patch+json' }

beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

describe('pods', () => {
  const PODS = '/api/v1/namespaces/default/pods'
  const pod = (name: string, spec: object = {}) => ({
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
  })
  const bind = (name: string, node: string) =>
    send('POST', `${PODS}/${name}/binding`, { body: { metadata: { name }, target: { kind: 'Node', name: node } } })

  test('start Pending, with what admission gives every pod', async () => {
    const { json } = await send('POST', PODS, { body: pod('p') })
    expect(json).toMatchObject({
      metadata: { generation: 1 },
      spec: { serviceAccountName: 'default', priority: 0, preemptionPolicy: 'PreemptLowerPriority' },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    })
    const tolerations = (json.spec as k8s.PodSpec).tolerations ?? []
    expect(tolerations.map(({ key, tolerationSeconds }) => [key, tolerationSeconds])).toEqual([
      ['node.kubernetes.io/not-ready', 300],
      ['node.kubernetes.io/unreachable', 300],
    ])
  })

  test.each([
    [{}, 'BestEffort'],
    [{ requests: { cpu: '100m' } }, 'Burstable'],
    [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    [{ requests: { cpu: '1000m', memory: '1024Mi' }, limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    [{ requests: { cpu: '1', memory: '1Mi' }, limits: { cpu: '1', memory: '1Gi' } }, 'Burstable'],
  ])('with %j are %s', async (amounts, qosClass) => {
    const { json } = await send('POST', PODS, {
      body: pod('p', { containers: [{ name: 'c', image: 'i', resources: amounts }] }),
    })
    expect(json.status).toMatchObject({ qosClass })
  })

  test('get the priority of their class, or are refused', async () => {
    await cluster.client.create(resources.priorityclasses, { metadata: { name: 'high' }, value: 1000 })
    expect((await send('POST', PODS, { body: pod('a', { priorityClassName: 'high' }) })).json.spec).toMatchObject({
      priority: 1000,
    })
    expect((await send('POST', PODS, { body: pod('b', { priorityClassName: 'none' }) })).json).toMatchObject({
      code: 403,
      message: 'pods "b" is forbidden: no PriorityClass with name none was found',
    })
  })

  test('are bound once', async () => {
    await send('POST', PODS, { body: pod('p') })
    expect((await bind('p', 'n1')).json).toMatchObject({ kind: 'Status', status: 'Success', code: 201 })
    const { json } = await send('GET', `${PODS}/p`)
    expect(json.spec).toMatchObject({ nodeName: 'n1' })
    expect((json.status as k8s.PodStatus).conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }])
    expect((await bind('p', 'n2')).json).toMatchObject({
      code: 409,
      message: expect.stringContaining('pod p is already assigned to node "n1"'),
    })
    expect((await bind('q', 'n2')).json).toMatchObject({ code: 404 })
    const viaBindings = await send('POST', '/api/v1/namespaces/default/bindings', {
      body: { metadata: { name: 'p' }, target: { name: 'n3' } },
    })
    expect(viaBindings.json).toMatchObject({ code: 409 })
  })

  test('on a node wait for the kubelet; unscheduled ones go at once', async () => {
    await send('POST', PODS, { body: pod('p') })
    await bind('p', 'n1')
    const marked = await send('DELETE', `${PODS}/p`)
    expect(marked.json.metadata).toMatchObject({ deletionGracePeriodSeconds: 30 })
    const shortened = await send('DELETE', `${PODS}/p`, { body: { gracePeriodSeconds: 5 } })
    expect(shortened.json.metadata).toMatchObject({ deletionGracePeriodSeconds: 5 })
    expect((await send('DELETE', `${PODS}/p`, { body: { gracePeriodSeconds: 60 } })).json.metadata).toMatchObject({
      deletionGracePeriodSeconds: 5,
    })
    expect((await send('DELETE', `${PODS}/p?gracePeriodSeconds=0`)).status).toBe(200)
    expect((await send('GET', `${PODS}/p`)).status).toBe(404)
    await send('POST', PODS, { body: pod('q') })
    await send('DELETE', `${PODS}/q`)
    expect((await send('GET', `${PODS}/q`)).status).toBe(404)
  })

  test('are evicted', async () => {
    await send('POST', PODS, { body: pod('p') })
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } }
    expect((await send('POST', `${PODS}/p/eviction`, { body })).json).toMatchObject({ status: 'Success', code: 201 })
    expect((await send('GET', `${PODS}/p`)).status).toBe(404)
  })
})

describe('namespaces', () => {
  test('are emptied before they go, and take nothing new meanwhile', async () => {
    await send('POST', '/api/v1/namespaces', { body: { metadata: { name: 'n' } } })
    const { json } = await send('GET', '/api/v1/namespaces/n')
    expect(json).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'n' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    })
    const marked = await send('DELETE', '/api/v1/namespaces/n')
    expect(marked.json).toMatchObject({ status: { phase: 'Terminating' } })
    const late = await send('POST', '/api/v1/namespaces/n/configmaps', { body: { metadata: { name: 'late' } } })
    expect(late.json).toMatchObject({
      code: 403,
      message:
        'configmaps "late" is forbidden: unable to create new content in namespace n because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating' }] },
    })
    await send('PUT', '/api/v1/namespaces/n/finalize', { body: { metadata: { name: 'n' }, spec: { finalizers: [] } } })
    expect((await send('GET', '/api/v1/namespaces/n')).status).toBe(404)
  })

  test.each(['default', 'kube-system', 'kube-public'])('%s may not be deleted', async (name) => {
    expect((await send('DELETE', `/api/v1/namespaces/${name}`)).json).toMatchObject({ code: 403 })
  })

  test('are not deleted together', async () => {
    expect((await send('DELETE', '/api/v1/namespaces')).status).toBe(405)
  })
})

describe('jobs', () => {
  const JOBS = '/apis/batch/v1/namespaces/default/jobs'
  const create = (name: string, spec: object, labels?: object) =>
    send('POST', JOBS, {
      body: {
        metadata: { name },
        spec: {
          ...spec,
          template: {
            metadata: { labels },
            spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] },
          },
        },
      },
    })

  test('select pods that are theirs alone', async () => {
    const { json } = await create('j', {}, { app: 'a' })
    const uid = json.metadata?.uid
    expect(json.spec).toMatchObject({
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: {
        metadata: {
          labels: {
            app: 'a',
            'batch.kubernetes.io/controller-uid': uid,
            'batch.kubernetes.io/job-name': 'j',
            'controller-uid': uid,
            'job-name': 'j',
          },
        },
      },
    })
  })

  test('select what their user wants when told so', async () => {
    const spec = { manualSelector: true, selector: { matchLabels: { app: 'a' } } }
    const { json } = await create('j', spec, { app: 'a' })
    expect(json.spec).toMatchObject({ ...spec, template: { metadata: { labels: { app: 'a' } } } })
    expect((await create('none', { manualSelector: true })).json.message).toContain('spec.selector: Required value')
    expect((await create('other', spec, { app: 'b' })).json.message).toContain(
      '`selector` does not match template `labels`',
    )
  })

  test('are refused with another’s labels or selector', async () => {
    expect((await create('a', {}, { 'job-name': 'b' })).json.message).toContain(
      `spec.template.metadata.labels[job-name]: Invalid value: `,
    )
    const selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': 'x' } }
    expect((await create('a', { selector })).json.message).toContain('`selector` not auto-generated')
  })
})

describe('scale', () => {
  const URL = '/apis/apps/v1/namespaces/default/deployments'

  test('reads and writes the replicas, and only them', async () => {
    const template = { metadata: { labels: { app: 'w' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
    await send('POST', URL, {
      body: { metadata: { name: 'w' }, spec: { replicas: 2, selector: { matchLabels: { app: 'w' } }, template } },
    })
    const scale = await send('GET', `${URL}/w/scale`)
    expect(scale.json).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 0, selector: 'app=w' },
    })
    const accept = 'application/json;as=Table;g=meta.k8s.io;v=v1'
    const table = await send('GET', `${URL}/w/scale`, { headers: { accept } })
    expect(table.json).toMatchObject({ kind: 'Table', rows: [{ cells: ['w', 2, 0, expect.any(String)] }] })
    expect(
      (await send('PUT', `${URL}/w/scale`, { body: { ...scale.json, spec: { replicas: 3 } } })).json,
    ).toMatchObject({ spec: { replicas: 3 } })
    expect((await send('PUT', `${URL}/w/scale`, { body: scale.json })).json).toMatchObject({ code: 409 })
    expect(
      (await send('PATCH', `${URL}/w/scale`, { body: { spec: { replicas: 5 } }, headers: merge })).json,
    ).toMatchObject({ spec: { replicas: 5 } })
    expect((await send('GET', `${URL}/w`)).json).toMatchObject({
      spec: { replicas: 5, template },
      metadata: { generation: 3 },
    })
    expect(
      (await send('PATCH', `${URL}/w/scale`, { body: { spec: { replicas: -1 } }, headers: merge })).json,
    ).toMatchObject({ code: 422 })
  })
})
