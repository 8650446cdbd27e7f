import { expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster } from '../../../test/harness/cluster.ts'

const ownedIn = (json: object) =>
  (json as { metadata: { managedFields?: { fieldsV1: object }[] } }).metadata.managedFields?.[0]?.fieldsV1

const template = {
  metadata: { labels: { a: 'b' } },
  spec: { containers: [{ name: 'c', image: 'i' }] },
}
const selector = { matchLabels: { a: 'b' } }
const generation = { 'f:annotations': { '.': {}, 'f:deprecated.daemonset.template.generation': {} } }
const label = { 'f:labels': { '.': {}, 'f:kubernetes.io/metadata.name': {} } }

test.each([
  ['what defaults set', '/api/v1/namespaces', {}, { 'f:metadata': label }],
  [
    'what the server sets for former versions',
    '/apis/apps/v1/namespaces/default/daemonsets',
    { spec: { selector, template } },
    { 'f:metadata': generation },
  ],
  [
    'an object that is left out of an empty one',
    '/apis/networking.k8s.io/v1/ipaddresses',
    {
      metadata: {
        name: '10.9.0.1',
        labels: { 'ipaddress.kubernetes.io/ip-family': 'IPv4', 'ipaddress.kubernetes.io/managed-by': 'x' },
      },
      spec: { parentRef: { resource: 'services', name: 's', namespace: 'default' } },
    },
    { 'f:spec': { 'f:parentRef': { '.': {}, 'f:name': {}, 'f:namespace': {}, 'f:resource': {} } } },
  ],
])('whoever creates it owns %s', async (_, collection, object, owned) => {
  await using cluster = await openTestCluster()
  const { json } = await call(cluster.exchange, 'POST', collection, { body: { metadata: { name: 'x' }, ...object } })
  expect(ownedIn(json)).toMatchObject(owned)
})

test('what every new object has belongs to nobody', async () => {
  await using cluster = await openTestCluster()
  const body = { metadata: { name: 'x' }, spec: { selector, template } }
  const { json } = await call(cluster.exchange, 'POST', '/apis/apps/v1/namespaces/default/statefulsets', { body })
  expect((json['spec'] as { serviceName: string }).serviceName).toBe('')
  expect(ownedIn(json)).not.toHaveProperty('f:spec.f:serviceName')
})
