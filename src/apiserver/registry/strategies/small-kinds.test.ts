/** What kube-apiserver answers where an object of a small kind is unusual; found by the differential test. */
import { expect, test } from 'vitest'
import { call } from '../../../../test/harness/call.ts'
import { openTestCluster } from '../../../../test/harness/cluster.ts'

const CORE = '/api/v1/namespaces/default'

async function create(path: string, body: object) {
  await using cluster = await openTestCluster()
  const { status, json } = await call(cluster.exchange, 'POST', path, { body: { metadata: { name: 'a' }, ...body } })
  return { status, json, causes: causesOf(json).map(({ field, message }) => `${field}: ${message}`) }
}

const causesOf = (json: object) =>
  (json as { details?: { causes?: { field: string; message: string }[] } }).details?.causes ?? []

test('an account knows its secrets by their names only', async () => {
  const { json } = await create(`${CORE}/serviceaccounts`, { secrets: [{ name: 's', uid: 'x', kind: 'Pod' }] })
  expect(json).toMatchObject({ secrets: [{ name: 's' }] })
  expect((json as unknown as { secrets: object[] }).secrets).toEqual([{ name: 's' }])
})

test('an autoscaler without policies has those of the cluster, and may not have an empty list', async () => {
  const url = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers'
  const spec = (scaleUp: object) => ({
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
      maxReplicas: 2,
      behavior: { scaleUp },
    },
  })
  expect((await create(url, spec({}))).causes).toEqual([])
  expect((await create(url, spec({ policies: [] }))).causes).toEqual([
    'spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
  ])
})

test('a volume says what it can hold', async () => {
  const spec = { capacity: {}, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } }
  expect((await create('/api/v1/persistentvolumes', { spec })).causes).toEqual([
    'spec.capacity: Required value',
    'spec.capacity: Unsupported value: {}: supported values: "storage"',
  ])
})

test('the template of a claim has no identity', async () => {
  const spec = { metadata: { name: 'x', deletionGracePeriodSeconds: 0 }, spec: {} }
  const { causes } = await create('/apis/resource.k8s.io/v1/namespaces/default/resourceclaimtemplates', { spec })
  expect(causes).toEqual([
    'spec.metadata.name: Forbidden: cannot be set',
    'spec.metadata.deletionGracePeriodSeconds: Forbidden: cannot be set',
  ])
})

test('claims of a StatefulSet are claims, and may have one name', async () => {
  const claim = { metadata: { name: 'data' }, apiVersion: 'x', kind: 'y', spec: CLAIM }
  const spec = { selector: SELECTOR, template: TEMPLATE, volumeClaimTemplates: [claim, claim] }
  const { json } = await create('/apis/apps/v1/namespaces/default/statefulsets', { spec })
  expect(json).toMatchObject({
    spec: { volumeClaimTemplates: [1, 2].map(() => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim' })) },
  })
})

test.each([
  ['', 'Invalid value: "": \'https\' is the only allowed URL scheme; desired format: https://host[/path]'],
  ['a path', 'Invalid value: "": host must be specified; desired format: https://host[/path]'],
  ['%zz', 'Required value: url must be a valid URL; desired format: https://host[/path]'],
])('a hook at %j is refused', async (url, why) => {
  const webhook = { name: 'a.b.c', clientConfig: { url }, sideEffects: 'None', admissionReviewVersions: ['v1'] }
  const { causes } = await create('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
    webhooks: [webhook],
  })
  expect(causes).toContain(`webhooks[0].clientConfig.url: ${why}`)
})

test('what changed of a map that stays comes before what is wrong with it', async () => {
  await using cluster = await openTestCluster()
  const send = (method: 'POST' | 'PUT', path: string, data: object) =>
    call(cluster.exchange, method, path, { body: { metadata: { name: 'a' }, data, immutable: true } })
  await send('POST', `${CORE}/configmaps`, { a: 'b' })
  const { json } = await send('PUT', `${CORE}/configmaps/a`, { 'Bad Key!': 'b' })
  expect(causesOf(json).map(({ field }) => field)).toEqual(['data', 'data[Bad Key!]'])
})

test('what is dropped of a slice is a change', async () => {
  await using cluster = await openTestCluster()
  const url = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'
  const slice = (endpoint: object) => ({
    metadata: { name: 'a' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], ...endpoint }],
  })
  await call(cluster.exchange, 'POST', url, { body: slice({}) })
  const body = slice({ deprecatedTopology: { a: 'b' } })
  expect((await call(cluster.exchange, 'PUT', `${url}/a`, { body })).json.metadata).toMatchObject({ generation: 2 })
})

const SELECTOR = { matchLabels: { a: 'b' } }
const TEMPLATE = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
const CLAIM = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
