import { expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster } from '../../../test/harness/cluster.ts'
import { resources } from '../../api/index.ts'
import { StoreViews } from './store-view.ts'

const ROLES = '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles'
const role = (name: string) => ({ metadata: { name }, rules: [] })

test('a view is as fresh as the answer to a write, and counts its changes', async () => {
  await using cluster = await openTestCluster()
  await call(cluster.exchange, 'POST', ROLES, { body: role('old') })
  using views = await StoreViews.open(cluster.store)
  const view = views.of(resources.roles)
  expect(view.list().map(({ metadata }) => metadata.name)).toContain('old')
  const before = view.generation

  expect((await call(cluster.exchange, 'POST', ROLES, { body: role('new') })).status).toBe(201)
  expect(view.get({ namespace: 'default', name: 'new' })).toMatchObject({ kind: 'Role', metadata: { name: 'new' } })
  expect(view.generation).toBeGreaterThan(before)

  expect((await call(cluster.exchange, 'DELETE', `${ROLES}/new`)).status).toBe(200)
  expect(view.get({ namespace: 'default', name: 'new' })).toBeUndefined()
})

test('writes of other kinds do not touch it', async () => {
  await using cluster = await openTestCluster()
  using views = await StoreViews.open(cluster.store)
  const before = views.of(resources.roles).generation
  await call(cluster.exchange, 'POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'c' } } })
  expect(views.of(resources.roles).generation).toBe(before)
})

test('what is derived from it is made once until something changes', async () => {
  await using cluster = await openTestCluster()
  using views = await StoreViews.open(cluster.store)
  const view = views.of(resources.roles)
  let made = 0
  const names = (objects: readonly { metadata: { name: string } }[]) => {
    made++
    return objects.map(({ metadata }) => metadata.name)
  }
  const before = view.derived(names)
  expect(view.derived(names)).toBe(before)
  expect(made).toBe(1)
  await call(cluster.exchange, 'POST', ROLES, { body: role('another') })
  expect([...view.derived(names)].sort()).toEqual([...before, 'another'].sort())
  expect(view.listIn('default').map(({ metadata }) => metadata.name)).toContain('another')
  expect(view.listIn('elsewhere')).toEqual([])
})
