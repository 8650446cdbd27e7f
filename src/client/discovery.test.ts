import { expect, it } from 'vitest'
import { resources } from '../api/index.ts'
import { openTestCluster } from '../../test/harness/cluster.ts'
import { readDiscovery } from './discovery.ts'

it('gives every resource of a server once, in its preferred version', () => {
  const version = (name: string, ...plurals: string[]) => ({
    version: name,
    resources: plurals.map((resource) => ({ resource, scope: 'Namespaced' as const, responseKind: { kind: 'X' } })),
  })
  const { resources: found, stale } = readDiscovery([
    { items: [{ versions: [version('v1', 'pods')] }] },
    {
      items: [
        { metadata: { name: 'example.com' }, versions: [version('v2', 'things'), version('v1', 'things', 'old')] },
        { metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1beta1', freshness: 'Stale' }] },
      ],
    },
  ])
  expect(found.map(({ group, version: in_, plural }) => [group, in_, plural])).toEqual([
    ['', 'v1', 'pods'],
    ['example.com', 'v2', 'things'],
    ['example.com', 'v1', 'old'],
  ])
  expect(stale).toEqual(['metrics.k8s.io/v1beta1'])
})

it('is what the server knows of its own kinds', async () => {
  await using cluster = await openTestCluster()
  const { resources: found } = await cluster.client.discover()
  const { group, version, kind, plural, singular, namespaced, shortNames, verbs } = resources.deployments
  expect(found.find((resource) => resource.plural === plural)).toMatchObject({
    group,
    version,
    kind,
    plural,
    singular,
    namespaced,
    shortNames,
    verbs,
  })
})
