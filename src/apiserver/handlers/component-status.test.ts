import { expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster } from '../../../test/harness/cluster.ts'

const URL = '/api/v1/componentstatuses'
const DEPRECATED = '299 - "v1 ComponentStatus is deprecated in v1.19+"'
const components = {
  'controller-manager': () => ({ healthy: true, message: 'ok' }),
  scheduler: () => ({ healthy: false, message: 'it failed' }),
}
const component = (name: string, healthy: boolean, message: string) => ({
  kind: 'ComponentStatus',
  apiVersion: 'v1',
  metadata: { name },
  conditions: [{ type: 'Healthy', status: healthy ? 'True' : 'False', message }],
})
const scheduler = component('scheduler', false, 'it failed')

test('tells how the components are, and that nobody should ask', async () => {
  await using cluster = await openTestCluster({ components })
  const list = await call(cluster.exchange, 'GET', URL)
  expect([list.status, list.headers['warning']]).toEqual([200, DEPRECATED])
  expect(list.json).toEqual({
    kind: 'ComponentStatusList',
    apiVersion: 'v1',
    metadata: {},
    items: [component('controller-manager', true, 'ok'), component('etcd-0', true, 'ok'), scheduler],
  })
  const one = await call(cluster.exchange, 'GET', `${URL}/scheduler`)
  expect([one.status, one.headers['warning'], one.json]).toEqual([200, DEPRECATED, scheduler])
  const none = await call(cluster.exchange, 'GET', `${URL}/etcd-1`)
  expect([none.status, none.json.message]).toEqual([404, 'componentstatus "etcd-1" not found'])
})

test('shows them as a table, with the columns of Kubernetes', async () => {
  await using cluster = await openTestCluster({ components })
  const { json } = await call(cluster.exchange, 'GET', URL, {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  })
  const { columnDefinitions, rows } = json as unknown as {
    columnDefinitions: { name: string }[]
    rows: { cells: unknown[] }[]
  }
  expect(columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Status', 'Message', 'Error'])
  expect(rows.map(({ cells }) => cells)).toEqual([
    ['controller-manager', 'Healthy', 'ok', ''],
    ['etcd-0', 'Healthy', 'ok', ''],
    ['scheduler', 'Unhealthy', 'it failed', ''],
  ])
})

test('selects among them, and lets nobody write or watch them', async () => {
  await using cluster = await openTestCluster({ components })
  const names = async (query: string) =>
    ((await call(cluster.exchange, 'GET', `${URL}?${query}`)).json['items'] as (typeof scheduler)[]).map(
      ({ metadata }) => metadata.name,
    )
  expect(await names('fieldSelector=metadata.name%3Dscheduler')).toEqual(['scheduler'])
  expect(await names('labelSelector=a')).toEqual([])
  for (const [method, url] of [
    ['POST', URL],
    ['DELETE', `${URL}/scheduler`],
    ['GET', `${URL}?watch=true`],
  ] as const)
    expect((await call(cluster.exchange, method, url, { body: scheduler })).status).toBe(405)
})

test('a server alone says that nothing else runs', async () => {
  await using cluster = await openTestCluster()
  const { json } = await call(cluster.exchange, 'GET', `${URL}/scheduler`)
  expect(json).toEqual(component('scheduler', false, 'it was not started with this API server'))
})

test('a store that cannot be read is not healthy', async () => {
  await using cluster = await openTestCluster({ components })
  await cluster.store[Symbol.asyncDispose]()
  const { json } = await call(cluster.exchange, 'GET', `${URL}/etcd-0`)
  expect(json).toMatchObject({
    conditions: [{ type: 'Healthy', status: 'False', message: expect.stringMatching(/./) }],
  })
})
