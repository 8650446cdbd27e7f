import { expect, test } from 'vitest'
import type { k8s } from '../api/index.ts'
import type { ScorePlugin } from './framework.ts'
import { imageLocality } from './plugins/image-locality.ts'
import { interPodAffinityScore } from './plugins/inter-pod-affinity-score.ts'
import { nodeAffinityScore } from './plugins/node-affinity.ts'
import { balancedAllocation, leastAllocated } from './plugins/node-resources-fit.ts'
import { podTopologySpreadScore } from './plugins/pod-topology-spread.ts'
import { taintTolerationScore } from './plugins/taint-toleration.ts'
import { makeNode, makePod, type NodeShape, type PodShape, snapshotOf } from './testing.ts'

/** The normalised scores of the nodes in order, or undefined when the plugin says nothing. */
function scores(plugin: ScorePlugin, pod: PodShape, ...shapes: NodeShape[]): number[] | undefined {
  const nodes = shapes.map((shape, at) => makeNode(`node-${at + 1}`, shape))
  const score = plugin.begin(makePod('new', pod), snapshotOf(...nodes), nodes)
  if (score === undefined) return undefined
  const raw = nodes.map(score)
  return plugin.normalize?.(raw) ?? raw
}

const busy = (cpu: string, memory: string): NodeShape => ({ pods: [makePod('old', { requests: { cpu, memory } })] })

test('the emptier node is better', () => {
  // (4000-1000)/4000 = 75 and (8-2)/8 = 75; (4000-3000)/4000 = 25 and (8-4)/8 = 50.
  const pod = { requests: { cpu: '1', memory: '2Gi' } }
  expect(scores(leastAllocated, pod, {}, busy('2', '2Gi'))).toEqual([75, 37])
})

test('a node whose CPU and memory fill alike is better', () => {
  const pod = { requests: { cpu: '1', memory: '2Gi' } }
  // 1/4 and 2/8: no deviation. 3/4 and 2/8: a deviation of 0.25.
  expect(scores(balancedAllocation, pod, {}, busy('2', '0'))).toEqual([100, 75])
  expect(scores(balancedAllocation, {}, {})).toBeUndefined()
})

test('nodes with fewer soft taints are better', () => {
  const soft = (...keys: string[]): NodeShape => ({
    spec: { taints: keys.map((key) => ({ key, effect: 'PreferNoSchedule' })) },
  })
  expect(scores(taintTolerationScore, {}, {}, soft('a'), soft('a', 'b'))).toEqual([100, 50, 0])
  const tolerant = { spec: { tolerations: [{ operator: 'Exists' }] } }
  expect(scores(taintTolerationScore, tolerant, {}, soft('a'))).toEqual([100, 100])
})

test('weights of preferred node affinity add up', () => {
  const term = (weight: number, key: string): k8s.PreferredSchedulingTerm => ({
    weight,
    preference: { matchExpressions: [{ key, operator: 'Exists' }] },
  })
  const pod = {
    spec: {
      affinity: {
        nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term(30, 'ssd'), term(10, 'gpu')] },
      },
    },
  }
  const both = { labels: { ssd: '', gpu: '' } }
  expect(scores(nodeAffinityScore, pod, both, { labels: { ssd: '' } }, {})).toEqual([100, 75, 0])
  expect(scores(nodeAffinityScore, {}, {})).toBeUndefined()
})

test('preferred pod affinity draws, anti-affinity repels, also from the pods that are there', () => {
  const term = (app: string) => ({
    weight: 10,
    podAffinityTerm: { labelSelector: { matchLabels: { app } }, topologyKey: 'kubernetes.io/hostname' },
  })
  const draws = {
    spec: { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term('db')] } } },
  }
  const repels = {
    spec: { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term('db')] } } },
  }
  const withDb: NodeShape = { pods: [makePod('db', { labels: { app: 'db' } })] }
  expect(scores(interPodAffinityScore, draws, withDb, {})).toEqual([100, 0])
  expect(scores(interPodAffinityScore, repels, withDb, {})).toEqual([0, 100])
  const friend: NodeShape = {
    pods: [
      makePod('friend', {
        spec: { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term('web')] } } },
      }),
    ],
  }
  expect(scores(interPodAffinityScore, { labels: { app: 'web' } }, friend, {})).toEqual([100, 0])
  expect(scores(interPodAffinityScore, {}, withDb, {})).toBeUndefined()
})

test('topology spread prefers the domain with fewer of its kind, and counts unlabelled nodes last', () => {
  const constraint = {
    maxSkew: 1,
    topologyKey: 'zone',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { app: 'web' } },
  }
  const pod = { labels: { app: 'web' }, spec: { topologySpreadConstraints: [constraint] } }
  const zone = (name: string, count: number): NodeShape => ({
    labels: { zone: name },
    pods: Array.from({ length: count }, (_, at) => makePod(`${name}-${at}`, { labels: { app: 'web' } })),
  })
  expect(scores(podTopologySpreadScore, pod, zone('a', 3), zone('b', 0), {})).toEqual([0, 100, 0])
  expect(scores(podTopologySpreadScore, pod, zone('a', 0), zone('b', 0))).toEqual([100, 100])
})

test('a node that has the image already is better', () => {
  const pod = { spec: { containers: [{ name: 'a', image: 'registry.example/app' }] } }
  const images = [{ names: ['registry.example/app:latest'], sizeBytes: 1000 * 1024 * 1024 }]
  // Half of the nodes hold it, so half of its size counts: (500-23)/(1000-23).
  expect(scores(imageLocality, pod, { images }, {})).toEqual([48, 0])
})

test('pods of a workload that ask for nothing are spread over nodes and zones', () => {
  const replica = (name: string) => {
    const pod = makePod(name, { labels: { app: 'web' } })
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'w', controller: true }
    return { ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } }
  }
  const nodes = [
    makeNode('a', { pods: [replica('web-1')] }),
    makeNode('b'),
    makeNode('c', { labels: { 'topology.kubernetes.io/zone': 'z' } }),
  ]
  const score = (selectors: Record<string, k8s.LabelSelector>) => {
    const snapshot = { ...snapshotOf(...nodes), workloadSelectors: new Map(Object.entries(selectors)) }
    const scoreNode = podTopologySpreadScore.begin(replica('new'), snapshot, nodes)
    return scoreNode && podTopologySpreadScore.normalize?.(nodes.map(scoreNode))
  }
  expect(score({})).toBeUndefined()
  // Each node's count by ln(3 + 2) and 2 for the skew; 4 more for a zone: 4, 2 and 6.
  expect(score({ 'ReplicaSet/default/web': { matchLabels: { app: 'web' } } })).toEqual([66, 100, 33])
  expect(score({ 'Service/default/web': { matchLabels: { app: 'web' } } })).toEqual([66, 100, 33])
  expect(score({ 'Service/other/web': { matchLabels: { app: 'web' } } })).toBeUndefined()
  expect(score({ 'Service/default/db': { matchLabels: { app: 'db' } } })).toBeUndefined()
})

test('a spread selector of everything counts nothing', () => {
  const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: {} }
  const pod = { spec: { topologySpreadConstraints: [constraint] } }
  const full: NodeShape = { labels: { zone: 'a' }, pods: [makePod('x'), makePod('y')] }
  expect(scores(podTopologySpreadScore, pod, full, { labels: { zone: 'b' } })).toEqual([100, 100])
})
