import { afterEach, beforeEach, expect, it } from 'vitest'
import { call } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'

let cluster: TestCluster
beforeEach(async () => {
  cluster = await openTestCluster()
  for (const name of ['ann', 'bob']) await post('/api/v1/namespaces', { metadata: { name } })
  await post('/api/v1/namespaces/bob/serviceaccounts', { metadata: { name: 'default' } })
})
afterEach(() => cluster[Symbol.asyncDispose]())

const post = (url: string, body: object) => call(cluster.exchange, 'POST', url, { body })
const digest = `sha256:${'0'.repeat(64)}`
const ANNS = `registry.naru.localhost/ann/shop@${digest}`
const pod = (name: string, spec: object) =>
  post('/api/v1/namespaces/bob/pods', {
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
  })

it.each([
  ['registry.naru.localhost/bob/shop:latest', 201],
  ['registry.naru.localhost/naru-servers/postgres:latest', 201],
  ['registry.example.com/ann/shop:latest', 201],
  [ANNS, 403],
  ['registry.naru.localhost/ann/shop', 403],
])('a pod of bob may run %s: %i', async (image, status) => {
  for (const [name, spec] of Object.entries({
    main: { containers: [{ name: 'c', image }] },
    first: { initContainers: [{ name: 'first', image }] },
  }))
    expect([name, (await pod(name, spec)).status]).toEqual([name, status])
})

it('neither may it be changed to that later', async () => {
  await pod('later', {})
  const spec = { containers: [{ name: 'c', image: ANNS }] }
  const headers = { 'content-type': 'application/strategic-merge-patch+json' }
  const answer = await call(cluster.exchange, 'PATCH', '/api/v1/namespaces/bob/pods/later', { body: { spec }, headers })
  expect([answer.status, answer.json.message]).toEqual([403, expect.stringContaining('is of the namespace "ann"')])
})

it('it may when its service account may read the apps there, as the refusal says', async () => {
  const answer = await pod('granted', { containers: [{ name: 'c', image: ANNS }] })
  expect(answer.json.message).toContain(
    'kubectl create rolebinding images-for-bob --clusterrole=view --serviceaccount=bob:default -n ann',
  )
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/ann'
  await post(`${rbac}/roles`, {
    metadata: { name: 'reader' },
    rules: [{ apiGroups: ['apps.naru.dev'], resources: ['apps'], verbs: ['get'] }],
  })
  await post(`${rbac}/rolebindings`, {
    metadata: { name: 'images-for-bob' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'bob' }],
  })
  expect((await pod('granted', { containers: [{ name: 'c', image: ANNS }] })).status).toBe(201)
})
