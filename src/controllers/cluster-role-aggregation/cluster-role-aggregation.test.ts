import { expect, it } from 'vitest'
import { openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { eventually } from '../../../test/harness/eventually.ts'
import { type k8s, resources } from '../../api/index.ts'
import { aggregatedRules } from './aggregate.ts'

const rule = (resource: string): k8s.PolicyRule => ({ apiGroups: [''], resources: [resource], verbs: ['get'] })
const role = (name: string, labels: Record<string, string>, ...rules: k8s.PolicyRule[]): k8s.ClusterRole => ({
  metadata: { name, labels },
  rules,
})

it('gathers the rules of the selected roles, each once and in order', () => {
  const gathers: k8s.ClusterRole = {
    metadata: { name: 'all', labels: { to: 'all' } },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: 'all' } }, { matchLabels: { also: 'all' } }] },
    rules: [rule('own')],
  }
  const roles = [
    gathers,
    role('b', { to: 'all' }, rule('pods'), rule('services')),
    role('a', { also: 'all' }, rule('nodes'), rule('pods')),
    role('c', {}, rule('secrets')),
  ]
  expect(aggregatedRules(gathers, roles)).toEqual([rule('pods'), rule('services'), rule('nodes')])
})

it('fills view, edit and admin, and follows what users add to them', async () => {
  await using cluster = await openControlledCluster()
  const { client } = cluster
  const rulesOf = async (name: string) => (await client.get(resources.clusterroles, { name })).rules ?? []

  const own = rule('gadgets')
  await client.create(
    resources.clusterroles,
    role('gadgets', { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' }, own),
  )
  for (const name of ['view', 'edit', 'admin'])
    await eventually(async () => expect(await rulesOf(name)).toContainEqual(own))
  const view = await rulesOf('view')
  for (const { verbs } of view) expect(['get', 'list', 'watch']).toEqual(expect.arrayContaining(verbs))
  expect(view.flatMap(({ resources: named }) => named)).not.toContain('secrets')
  expect((await rulesOf('edit')).flatMap(({ resources: named }) => named)).toContain('secrets')

  await client.delete(resources.clusterroles, { name: 'gadgets' })
  for (const name of ['view', 'edit', 'admin'])
    await eventually(async () => expect(await rulesOf(name)).not.toContainEqual(own))
})
