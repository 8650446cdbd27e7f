import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await openTestCluster()
})
afterAll(() => cluster[Symbol.asyncDispose]())

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'a' }] } }
const workload = { selector: { matchLabels: { a: 'b' } }, template }
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: '1' }
const before = { labels: { before: 'a' }, annotations: { before: 'a' }, finalizers: ['a.io/before'] }
const after = {
  labels: { after: 'a' },
  annotations: { after: 'a' },
  finalizers: ['a.io/after'],
  ownerReferences: [owner],
}

test.each<[string, string, object, string[]]>([
  ['a pod', '/api/v1/namespaces/default/pods', template.spec, ['labels', 'annotations', 'finalizers']],
  [
    'a Deployment',
    '/apis/apps/v1/namespaces/default/deployments',
    workload,
    ['annotations', 'finalizers', 'ownerReferences'],
  ],
  [
    'a ReplicaSet',
    '/apis/apps/v1/namespaces/default/replicasets',
    workload,
    ['labels', 'annotations', 'finalizers', 'ownerReferences'],
  ],
  ['a node', '/api/v1/nodes', {}, ['labels', 'annotations', 'finalizers', 'ownerReferences']],
  ['a ServiceCIDR', '/apis/networking.k8s.io/v1/servicecidrs', { cidrs: ['10.99.0.0/24'] }, []],
  [
    'a priority level',
    '/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations',
    { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
    [],
  ],
  ['an App', '/apis/apps.naru.dev/v1/namespaces/default/apps', { image: 'a' }, []],
])('of the metadata of %s, a write of its status changes what Kubernetes lets it', async (_, path, spec, changes) => {
  const made = await call(cluster.exchange, 'POST', path, { body: { metadata: { name: 'a', ...before }, spec } })
  expect(made.status).toBe(201)
  const { resourceVersion } = (await call(cluster.exchange, 'GET', `${path}/a`)).json.metadata as {
    resourceVersion: string
  }
  const written = await call(cluster.exchange, 'PUT', `${path}/a/status`, {
    body: { metadata: { name: 'a', ...after, resourceVersion }, spec, status: made.json['status'] ?? {} },
  })
  expect([written.status, written.json.message]).toEqual([200, undefined])
  const wanted: Record<string, unknown> = after
  const was: Record<string, unknown> = before
  for (const field of Object.keys(after))
    expect(written.json.metadata?.[field], field).toEqual(changes.includes(field) ? wanted[field] : was[field])
})

test('whose last finalizer goes with the status goes itself', async () => {
  const path = '/apis/apps/v1/namespaces/default/replicasets'
  await call(cluster.exchange, 'POST', path, { body: { metadata: { name: 'held', ...before }, spec: workload } })
  await call(cluster.exchange, 'DELETE', `${path}/held`)
  const url = `${path}/held/status`
  await call(cluster.exchange, 'PATCH', url, {
    body: { metadata: { finalizers: null } },
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  expect((await call(cluster.exchange, 'GET', `${path}/held`)).status).toBe(404)
})

describe('a delete', () => {
  test('of what goes at once answers with it as it was, where Kubernetes answers with it', async () => {
    const path = '/apis/storage.k8s.io/v1/storageclasses'
    const made = await call(cluster.exchange, 'POST', path, { body: { metadata: { name: 'a' }, provisioner: 'a.io' } })
    expect((await call(cluster.exchange, 'DELETE', `${path}/a`)).json).toEqual({
      ...made.json,
      metadata: { ...made.json.metadata, resourceVersion: expect.any(String) },
    })
  })

  test('of a Job leaves its pods behind unless it says otherwise, and warns of that', async () => {
    const path = '/apis/batch/v1/namespaces/default/jobs'
    const spec = { template: { spec: { ...template.spec, restartPolicy: 'Never' } } }
    const remove = async (query = '') => {
      await call(cluster.exchange, 'POST', path, { body: { metadata: { name: 'a' }, spec } })
      return call(cluster.exchange, 'DELETE', `${path}/a${query}`)
    }
    const background = await remove('?propagationPolicy=Background')
    expect([background.json['status'], background.headers['warning']]).toEqual(['Success', undefined])
    const { json, headers } = await remove()
    expect(json.metadata?.['finalizers']).toEqual(['orphan'])
    expect(headers['warning']).toContain('child pods are preserved by default when jobs are deleted')
  })

  test('of a namespace or a definition says when, and nothing of grace', async () => {
    await call(cluster.exchange, 'POST', '/api/v1/namespaces', { body: { metadata: { name: 'going' } } })
    const { json } = await call(cluster.exchange, 'DELETE', '/api/v1/namespaces/going')
    expect(json.metadata).toMatchObject({ deletionTimestamp: expect.any(String) })
    expect(json.metadata).not.toHaveProperty('deletionGracePeriodSeconds')
  })
})

test('a kind that is replaced by version only is not replaced as version 0', async () => {
  const path = '/apis/node.k8s.io/v1/runtimeclasses'
  const runtime = { metadata: { name: 'a' }, handler: 'a' }
  await call(cluster.exchange, 'POST', path, { body: runtime })
  for (const metadata of [runtime.metadata, { ...runtime.metadata, resourceVersion: '0' }]) {
    const { json } = await call(cluster.exchange, 'PUT', `${path}/a`, { body: { ...runtime, metadata } })
    expect(json.message).toBe(
      'runtimeclasses.node.k8s.io "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    )
  }
})
