/** metrics.k8s.io over the real API server, with a kubelet that says what it is told to. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type Exchange, type k8s, resources } from '../../api/index.ts'

const time = '2026-01-01T00:00:00Z'
const usage = (usageNanoCores: number | undefined, workingSetBytes: number) => ({
  cpu: { time, ...(usageNanoCores !== undefined && { usageNanoCores }) },
  memory: { workingSetBytes },
})

let cluster: TestCluster
let summary: object
const asked: string[] = []
const kubelet: Exchange = async ({ url }) => {
  asked.push(url)
  return { status: 200, headers: {}, body: JSON.stringify(summary) }
}

beforeAll(async () => {
  cluster = await openTestCluster({ kubelet })
  const { client } = cluster
  await client.create(resources.nodes, { metadata: { name: 'n1', labels: { disk: 'ssd' } }, spec: {} })
  await client.create(resources.nodes, { metadata: { name: 'n2' }, spec: {} })
  const make = async (name: string, phase: string): Promise<string> => {
    const pod: k8s.Pod = await client.create<k8s.Pod>(resources.pods, {
      metadata: { name, namespace: 'default', labels: { app: name } },
      spec: { nodeName: 'n1', containers: [{ name: 'a', image: 'a' }] },
    })
    await client.updateStatus(resources.pods, { ...pod, status: { ...pod.status, phase } })
    return pod.metadata.uid ?? ''
  }
  const podOf = (uid: string, ...containers: object[]) => ({
    podRef: { name: 'x', namespace: 'default', uid },
    containers,
  })
  summary = {
    node: { nodeName: 'n1', ...usage(156_340_123, 1_073_741_824) },
    pods: [
      podOf(await make('web', 'Running'), { name: 'a', ...usage(250_000_000, 4096) }, { name: 'b', ...usage(1, 1000) }),
      podOf(await make('done', 'Succeeded'), { name: 'a', ...usage(1, 1) }),
      podOf(await make('new', 'Running'), { name: 'a', ...usage(undefined, 1) }),
    ],
  }
})
afterAll(() => cluster[Symbol.asyncDispose]())

const get = async (path: string, headers: Record<string, string> = {}) =>
  call(cluster.exchange, 'GET', `/apis/metrics.k8s.io/v1beta1${path}`, { headers })

describe('metrics.k8s.io', () => {
  it('is discovered', async () => {
    expect((await get('')).json).toMatchObject({
      kind: 'APIResourceList',
      groupVersion: 'metrics.k8s.io/v1beta1',
      resources: [
        { name: 'nodes', kind: 'NodeMetrics', namespaced: false, verbs: ['get', 'list'] },
        { name: 'pods', kind: 'PodMetrics', namespaced: true, verbs: ['get', 'list'] },
      ],
    })
    const groups = await call(cluster.exchange, 'GET', '/apis')
    expect(groups.text).toContain('"metrics.k8s.io/v1beta1"')
  })

  it('tells of pods that run and are known', async () => {
    const { json } = await get('/namespaces/default/pods')
    expect(json).toEqual({
      kind: 'PodMetricsList',
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: {},
      items: [
        {
          kind: 'PodMetrics',
          apiVersion: 'metrics.k8s.io/v1beta1',
          metadata: {
            name: 'web',
            namespace: 'default',
            creationTimestamp: expect.any(String) as string,
            labels: { app: 'web' },
          },
          timestamp: time,
          window: '10s',
          containers: [
            { name: 'a', usage: { cpu: '250m', memory: '4Ki' } },
            { name: 'b', usage: { cpu: '1n', memory: '1000' } },
          ],
        },
      ],
    })
    expect(asked[0]).toBe('/stats/summary?only_cpu_and_memory=true')
    expect((await get('/pods?labelSelector=app%3Dweb')).json.items).toHaveLength(1)
    expect((await get('/pods?labelSelector=app%3Dother')).json.items).toEqual([])
    expect((await get('/pods?fieldSelector=metadata.name%3Dweb')).json.items).toHaveLength(1)
    expect((await get('/namespaces/other/pods')).json.items).toEqual([])
  })

  it('tells of one object, or that there is none', async () => {
    expect((await get('/namespaces/default/pods/web')).json).toMatchObject({ kind: 'PodMetrics' })
    expect((await get('/nodes/n1')).json).toMatchObject({
      kind: 'NodeMetrics',
      usage: { cpu: '156340123n', memory: '1Gi' },
      window: '10s',
    })
    expect((await get('/nodes?labelSelector=disk')).json.items).toHaveLength(1)
    const missing = await get('/namespaces/default/pods/none')
    expect([missing.status, missing.json.message]).toEqual([404, 'pods "none" not found'])
    const unknown = await get('/namespaces/default/pods/done')
    expect(unknown.json.message).toBe('pods.metrics.k8s.io "default/done" not found')
    expect((await get('/services')).status).toBe(404)
    expect((await call(cluster.exchange, 'POST', '/apis/metrics.k8s.io/v1beta1/nodes', { body: {} })).status).toBe(405)
    expect((await get('/nodes?watch=true')).status).toBe(405)
  })

  it('shows a table', async () => {
    const { json } = await get('/pods', { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' })
    expect(json).toMatchObject({
      kind: 'Table',
      columnDefinitions: [{ name: 'Name' }, { name: 'cpu' }, { name: 'memory' }, { name: 'Window' }],
      rows: [{ cells: ['web', '250000001n', '5096', '10s'] }],
    })
  })

  it('is for those who may read it', async () => {
    const nobody = cluster.server.exchangeAs({ name: 'nobody', groups: ['system:authenticated'] })
    const answer = await call(nobody, 'GET', '/apis/metrics.k8s.io/v1beta1/nodes')
    expect([answer.status, answer.json.message]).toEqual([
      403,
      'nodes.metrics.k8s.io is forbidden: User "nobody" cannot list resource "nodes" in API group "metrics.k8s.io" at the cluster scope',
    ])
  })
})

it('a kubelet is asked for what is on its node only', async () => {
  const answer = await call(cluster.exchange, 'GET', '/api/v1/nodes/n1/proxy/stats/summary')
  expect(answer.json).toMatchObject({ node: { nodeName: 'n1' } })
  expect((await call(cluster.exchange, 'GET', '/api/v1/nodes/none/proxy/stats/summary')).status).toBe(404)
})
