import { afterEach, beforeEach, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

const ROOT = '/apis/flowcontrol.apiserver.k8s.io/v1'
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
const level = {
  metadata: { name: 'mine' },
  spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
}
const schema = {
  metadata: { name: 'mine' },
  spec: {
    priorityLevelConfiguration: { name: 'mine' },
    rules: [
      {
        subjects: [{ kind: 'User', user: { name: 'a' } }],
        nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }],
      },
    ],
  },
}
let cluster: TestCluster
beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

const saysDangling = (status: string) =>
  expect
    .poll(async () => (await call(cluster.exchange, 'GET', `${ROOT}/flowschemas/mine`)).json.status)
    .toEqual({ conditions: [expect.objectContaining({ type: 'Dangling', status })] })

test('the schemas that every cluster has say from the start that their level is there', async () => {
  const { json } = await call(cluster.exchange, 'GET', `${ROOT}/flowschemas`, { headers: TABLE })
  const rows = json.rows as { cells: unknown[] }[]
  expect(rows).toHaveLength(11)
  expect(rows.map(({ cells }) => cells.at(-1))).toEqual(rows.map(() => 'False'))
})

test('a schema follows the coming and going of its priority level', async () => {
  await call(cluster.exchange, 'POST', `${ROOT}/flowschemas`, { body: schema })
  await saysDangling('True')
  await call(cluster.exchange, 'POST', `${ROOT}/prioritylevelconfigurations`, { body: level })
  await saysDangling('False')
  const { json } = await call(cluster.exchange, 'GET', `${ROOT}/flowschemas/mine`)
  expect(json.metadata?.managedFields).toContainEqual(
    expect.objectContaining({
      manager: 'api-priority-and-fairness-config-consumer-v1',
      operation: 'Apply',
      subresource: 'status',
    }),
  )
  await call(cluster.exchange, 'DELETE', `${ROOT}/prioritylevelconfigurations/mine`)
  await saysDangling('True')
})
