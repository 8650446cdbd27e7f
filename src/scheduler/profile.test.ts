import { expect, test } from 'vitest'
import { defaultProfile } from './profile.ts'

/** Source: kubernetes v1.34, pkg/scheduler/apis/config/v1/default_plugins.go; weights where given. */
const DEFAULT_PLUGINS: readonly [string, number?][] = [
  ['NodeUnschedulable'],
  ['NodeName'],
  ['TaintToleration', 3],
  ['NodeAffinity', 2],
  ['NodePorts'],
  ['NodeResourcesFit', 1],
  ['VolumeRestrictions'],
  ['VolumeBinding'],
  ['VolumeZone'],
  ['PodTopologySpread', 2],
  ['InterPodAffinity', 2],
  ['NodeResourcesBalancedAllocation', 1],
  ['ImageLocality', 1],
]

test('the default profile has Kubernetes’ plugins in their order, with their weights', () => {
  const names = DEFAULT_PLUGINS.map(([name]) => name)
  const filters = defaultProfile.filters.map(({ name }) => name)
  expect(filters).toEqual(names.filter((name) => filters.includes(name)))
  expect(names.filter((name) => !filters.includes(name))).toEqual(['NodeResourcesBalancedAllocation', 'ImageLocality'])
  const weighted = DEFAULT_PLUGINS.filter(([, weight]) => weight !== undefined)
  expect(new Map(defaultProfile.scores.map(({ name, weight }) => [name, weight]))).toEqual(
    new Map(weighted as [string, number][]),
  )
})
