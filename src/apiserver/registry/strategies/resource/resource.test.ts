import { afterEach, beforeEach, expect, test } from 'vitest'
import { call } from '../../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../../test/harness/cluster.ts'

const GROUP = '/apis/resource.k8s.io/v1'
const CLAIMS = `${GROUP}/namespaces/default/resourceclaims`
const claim = (exactly: object = {}) => ({
  metadata: { name: 'c' },
  spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'gpu', ...exactly } }] } },
})

let cluster: TestCluster
const send = (method: 'POST' | 'PUT' | 'PATCH', url: string, body: object) =>
  call(cluster.exchange, method, url, {
    body,
    ...(method === 'PATCH' && { headers: { 'content-type': 'application/merge-patch+json' } }),
  })

beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

test('devices that others use are for namespaces that are marked', async () => {
  const refused = await send('POST', CLAIMS, claim({ adminAccess: true }))
  expect(refused.json.message).toBe(
    'ResourceClaim.resource.k8s.io "c" is invalid: spec.devices.requests[0].adminAccess: Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace',
  )
  await send('PATCH', '/api/v1/namespaces/default', {
    metadata: { labels: { 'resource.kubernetes.io/admin-access': 'true' } },
  })
  expect((await send('POST', CLAIMS, claim({ adminAccess: true }))).status).toBe(201)
})

test('what belongs to features that are off is not kept', async () => {
  const made = await send('POST', CLAIMS, claim({ capacity: { requests: { memory: '1Gi' } } }))
  expect(made.json.spec).toEqual({
    devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 } }] },
  })
  const spec = {
    driver: 'd.io',
    pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
    allNodes: true,
    sharedCounters: [{ name: 'x', counters: { a: { value: '1' } } }],
    devices: [{ name: 'd', taints: [{ key: 'a', effect: 'NoExecute' }], bindsToNode: true, allNodes: true }],
  }
  const slice = await send('POST', `${GROUP}/resourceslices`, { metadata: { name: 's' }, spec })
  const { sharedCounters: _counters, ...kept } = spec
  expect(slice.json.spec).toEqual({ ...kept, devices: [{ name: 'd' }] })
  const deviceClass = { metadata: { name: 'k' }, spec: { extendedResourceName: 'a.b/c' } }
  expect((await send('POST', `${GROUP}/deviceclasses`, deviceClass)).json.spec).toEqual({})
})

test('how a device is goes with its allocation', async () => {
  const made = await send('POST', CLAIMS, claim())
  const device = { driver: 'd.io', pool: 'p', device: 'd0' }
  const status = { allocation: { devices: { results: [{ request: 'a', ...device }] } }, devices: [device] }
  const given = await send('PUT', `${CLAIMS}/c/status`, { ...made.json, status })
  expect(given.json.status).toEqual({ ...status, devices: [{ ...device, conditions: null }] })
  const released = await send('PUT', `${CLAIMS}/c/status`, { ...given.json, status: { devices: [device] } })
  expect(released.status).toBe(200)
  expect(released.json.status ?? {}).toEqual({})
})
