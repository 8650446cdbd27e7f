import { afterEach, beforeEach, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import type { UserInfo } from '../../api/index.ts'
import type { Attributes } from '../auth/attributes.ts'
import { StoreViews } from '../server/store-view.ts'
import { FlowControl } from './flow-control.ts'

const ROOT = '/apis/flowcontrol.apiserver.k8s.io/v1'
const request = { signal: new AbortController().signal }
const listPods: Attributes = { verb: 'list', resource: { group: '', resource: 'pods' }, namespace: 'default' }
const alice: UserInfo = { name: 'alice', groups: ['system:authenticated'] }
let cluster: TestCluster
let views: StoreViews
let control: FlowControl

beforeEach(async () => {
  cluster = await openTestCluster()
  views = await StoreViews.open(cluster.store)
  control = new FlowControl({ views, clock: cluster.clock })
})
afterEach(async () => {
  views[Symbol.dispose]()
  await cluster[Symbol.asyncDispose]()
})

const uidOf = async (path: string) => (await call(cluster.exchange, 'GET', `${ROOT}/${path}`)).json.metadata?.uid
const sorted = async (user: UserInfo, attributes: Attributes) => {
  const seat = await control.take(user, attributes, request)
  seat.done()
  return seat.headers['x-kubernetes-pf-flowschema-uid']
}

test('requests are sorted by who asks and for what', async () => {
  const cases: [string, UserInfo, Attributes][] = [
    ['exempt', { name: 'root', groups: ['system:masters', 'system:authenticated'] }, listPods],
    ['global-default', alice, listPods],
    ['probes', alice, { verb: 'get', path: '/readyz' }],
    [
      'service-accounts',
      { name: 'system:serviceaccount:default:web', groups: ['system:serviceaccounts', 'system:authenticated'] },
      listPods,
    ],
    [
      'system-node-high',
      { name: 'system:node:a', groups: ['system:nodes', 'system:authenticated'] },
      { verb: 'update', resource: { group: '', resource: 'nodes', subresource: 'status' }, name: 'a' },
    ],
  ]
  for (const [schema, user, attributes] of cases)
    expect(await sorted(user, attributes), schema).toBe(await uidOf(`flowschemas/${schema}`))
})

test('a new schema holds from the next request on', async () => {
  const level = { type: 'Limited', limited: { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } } }
  await call(cluster.exchange, 'POST', `${ROOT}/prioritylevelconfigurations`, {
    body: { metadata: { name: 'mine' }, spec: level },
  })
  await call(cluster.exchange, 'POST', `${ROOT}/flowschemas`, {
    body: {
      metadata: { name: 'mine' },
      spec: {
        priorityLevelConfiguration: { name: 'mine' },
        matchingPrecedence: 500,
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: 'alice' } }],
            resourceRules: [{ verbs: ['list'], apiGroups: [''], resources: ['pods'], namespaces: ['default'] }],
          },
        ],
      },
    },
  })
  expect(await sorted(alice, listPods)).toBe(await uidOf('flowschemas/mine'))
  expect(await sorted(alice, { ...listPods, verb: 'get' })).toBe(await uidOf('flowschemas/global-default'))
  const seats = control.levels().find(({ name }) => name === 'mine')
  expect(seats).toMatchObject({ running: 0, waiting: 0 })
  const taken = Array.from({ length: 3 }, () => control.take(alice, listPods, request))
  expect(() => control.take(alice, listPods, request)).toThrow('Too many requests, please try again later.')
  for (const seat of taken) (await seat).done()
})
