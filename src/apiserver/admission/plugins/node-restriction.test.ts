import { afterAll, beforeAll, expect, it, test } from 'vitest'
import { call } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'
import type { UserInfo } from '../../../api/index.ts'

const node = (name: string): UserInfo => ({
  name: `system:node:${name}`,
  groups: ['system:nodes', 'system:authenticated'],
})
const PODS = '/api/v1/namespaces/default/pods'
const NODES = '/api/v1/nodes'
const MERGE = { 'content-type': 'application/merge-patch+json' }

let cluster: TestCluster
const as = (user: UserInfo, method: Parameters<typeof call>[1], url: string, body: unknown = {}) =>
  call(cluster.server.exchangeAs(user), method, url, { body, ...(method === 'PATCH' && { headers: MERGE }) })
const admin = (method: Parameters<typeof call>[1], url: string, body?: unknown) =>
  call(cluster.exchange, method, url, { ...(body !== undefined && { body }) })
const pod = (name: string, nodeName: string, more: object = {}) => ({
  metadata: { name, ...more },
  spec: { nodeName, containers: [{ name: 'c', image: 'i' }], automountServiceAccountToken: false },
})

beforeAll(async () => {
  cluster = await openTestCluster()
  await admin('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
  for (const name of ['n1', 'n2']) {
    await admin('POST', NODES, { metadata: { name } })
    await admin('POST', PODS, pod(`on-${name}`, name))
  }
})
afterAll(() => cluster[Symbol.asyncDispose]())

it('a node registers itself, and reports of itself and its pods', async () => {
  const labels = { 'kubernetes.io/hostname': 'n3', 'node.kubernetes.io/pool': 'a', mine: 'too' }
  expect((await as(node('n3'), 'POST', NODES, { metadata: { name: 'n3', labels } })).status).toBe(201)
  expect((await as(node('n3'), 'PATCH', `${NODES}/n3/status`, { status: { phase: 'Running' } })).status).toBe(200)
  expect((await as(node('n1'), 'PATCH', `${PODS}/on-n1/status`, { status: { phase: 'Running' } })).status).toBe(200)
})

const mirror = (more: object = {}) => ({
  annotations: { 'kubernetes.io/config.mirror': 'x' },
  ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'u', controller: true, ...more }],
})

test.each<[Parameters<typeof call>[1], string, unknown, string]>([
  ['POST', NODES, { metadata: { name: 'n9' } }, 'node "n1" is not allowed to modify node "n9"'],
  ['PATCH', `${NODES}/n2`, { metadata: { labels: { a: 'b' } } }, 'node "n1" is not allowed to modify node "n2"'],
  ['PATCH', `${NODES}/n2/status`, { status: { phase: 'x' } }, 'node "n1" is not allowed to modify node "n2"'],
  ['PATCH', `${NODES}/n1`, { spec: { taints: null } }, 'node "n1" is not allowed to modify taints'],
  [
    'PATCH',
    `${NODES}/n1`,
    { metadata: { labels: { 'node-restriction.kubernetes.io/x': 'y', 'kubernetes.io/z': 'z' } } },
    'is not allowed to modify labels: kubernetes.io/z, node-restriction.kubernetes.io/x',
  ],
  [
    'PATCH',
    `${PODS}/on-n2/status`,
    { status: { phase: 'Failed' } },
    'node "n1" can only update pod status for pods with spec.nodeName set to itself',
  ],
  ['DELETE', `${PODS}/on-n2`, {}, 'node "n1" can only delete pods with spec.nodeName set to itself'],
  [
    'POST',
    PODS,
    pod('p', 'n1'),
    'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
  ],
  ['POST', PODS, pod('p', 'n2', mirror()), 'node "n1" can only create pods with spec.nodeName set to itself'],
  [
    'POST',
    PODS,
    pod('p', 'n1', { ...mirror(), ownerReferences: [] }),
    'node "n1" can only create pods with an owner reference set to itself',
  ],
  ['POST', PODS, pod('p', 'n1', mirror()), 'node n1 UID mismatch: expected u got '],
  [
    'POST',
    '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases',
    { metadata: { name: 'n2' }, spec: {} },
    'can only access node lease with the same name as the requesting node',
  ],
  [
    'POST',
    '/api/v1/namespaces/default/serviceaccounts/default/token',
    { spec: { audiences: [] } },
    'node requested token not bound to a pod',
  ],
])('a node is refused: %s %s %j', async (method, url, body, why) => {
  const { json } = await as(node('n1'), method, url, body)
  expect(json).toMatchObject({ code: 403, reason: 'Forbidden' })
  expect(json.message).toContain(why)
})
