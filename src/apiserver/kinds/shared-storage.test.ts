import { afterEach, beforeEach, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

const CORE = '/api/v1/namespaces/default/events'
const NEW = '/apis/events.k8s.io/v1/namespaces/default/events'
const V1 = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers'
const V2 = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers'
let cluster: TestCluster
beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

const event = {
  metadata: { name: 'e' },
  eventTime: '2025-01-01T00:00:00.000000Z',
  regarding: { kind: 'Pod', name: 'web', namespace: 'default' },
  note: 'said',
  reason: 'Because',
  action: 'Acting',
  type: 'Normal',
  reportingController: 'me.dev/controller',
  reportingInstance: 'me-1',
}

test('an event made in one group is read, listed, patched and deleted in the other', async () => {
  expect((await call(cluster.exchange, 'POST', NEW, { body: event })).status).toBe(201)
  const core = await call(cluster.exchange, 'GET', `${CORE}/e`)
  expect(core.json).toMatchObject({ apiVersion: 'v1', message: 'said', involvedObject: { name: 'web' } })
  const listed = await call(cluster.exchange, 'GET', `${CORE}?fieldSelector=involvedObject.name%3Dweb`)
  expect(listed.json.items).toHaveLength(1)
  const patched = await call(cluster.exchange, 'PATCH', `${NEW}/e`, {
    body: { series: { count: 2, lastObservedTime: '2025-01-01T00:00:02.000000Z' } },
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
  })
  expect(patched.json).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'said', series: { count: 2 } })
  expect((await call(cluster.exchange, 'DELETE', `${CORE}/e`)).status).toBe(200)
  expect((await call(cluster.exchange, 'GET', `${NEW}/e`)).status).toBe(404)
})

test('a watch of one group sees the writes of the other in its own form', async () => {
  const aborter = new AbortController()
  const response = await cluster.exchange({
    method: 'GET',
    url: `${NEW}?watch=true`,
    headers: {},
    body: '',
    signal: aborter.signal,
  })
  const core = {
    metadata: { name: 'old' },
    involvedObject: { kind: 'Pod', name: 'web', namespace: 'default' },
    message: 'said of old',
    reason: 'Because',
    type: 'Normal',
  }
  expect((await call(cluster.exchange, 'POST', CORE, { body: core })).status).toBe(201)
  for await (const chunk of response.body as AsyncIterable<string>) {
    if (chunk === '') continue
    expect(JSON.parse(chunk)).toMatchObject({
      type: 'ADDED',
      object: { apiVersion: 'events.k8s.io/v1', note: 'said of old', regarding: { name: 'web' } },
    })
    break
  }
  aborter.abort()
})

test('an autoscaler has its CPU metric as a field in v1', async () => {
  const metrics = [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
  ]
  const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3, metrics }
  expect((await call(cluster.exchange, 'POST', V2, { body: { metadata: { name: 'web' }, spec } })).status).toBe(201)
  const v1 = (await call(cluster.exchange, 'GET', `${V1}/web`)).json
  expect(v1).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 70 } })
  const put = await call(cluster.exchange, 'PUT', `${V1}/web`, {
    body: { ...v1, spec: { ...(v1.spec as object), targetCPUUtilizationPercentage: 50 } },
  })
  expect(put.json).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 50 } })
  const v2 = (await call(cluster.exchange, 'GET', `${V2}/web`)).json
  expect(v2.spec).toMatchObject({ metrics: [{ resource: { target: { averageUtilization: 50 } } }] })
})
