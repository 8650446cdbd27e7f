import { expect, test } from 'vitest'
import type { k8s } from '../api/index.ts'
import { filterNodes } from './filter.ts'
import { defaultProfile } from './profile.ts'
import { schedule } from './schedule.ts'
import { makeNode, makePod, type NodeShape, type PodShape, snapshotOf } from './testing.ts'

/** The reasons of the only node, or 'fits'. */
function verdict(pod: PodShape, ...nodes: NodeShape[]): string | readonly string[] {
  const snapshot = snapshotOf(...nodes.map((shape, at) => makeNode(`node-${at + 1}`, shape)))
  const decision = schedule(snapshot, makePod('new', pod))
  return decision.fits ? 'fits' : (decision.rejections.get('node-1')?.reasons ?? [])
}

const spec = (partial: Partial<k8s.PodSpec>): PodShape => ({ spec: partial })
const taint = (effect: string): NodeShape => ({ spec: { taints: [{ key: 'gpu', value: 'yes', effect }] } })
const UNSCHEDULABLE = ['node(s) were unschedulable']
const cordoned: NodeShape = { spec: { unschedulable: true } }

test.each<[string, PodShape, NodeShape, string | string[]]>([
  ['a cordoned node', {}, cordoned, UNSCHEDULABLE],
  [
    'a cordoned node, tolerated',
    spec({ tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }] }),
    cordoned,
    'fits',
  ],
  ['another node’s name', spec({ nodeName: 'elsewhere' }), {}, ["node(s) didn't match the requested node name"]],
  ['a NoSchedule taint', {}, taint('NoSchedule'), ['node(s) had untolerated taint {gpu: yes}']],
  ['a NoExecute taint', {}, taint('NoExecute'), ['node(s) had untolerated taint {gpu: yes}']],
  ['a PreferNoSchedule taint', {}, taint('PreferNoSchedule'), 'fits'],
  ['a taint tolerated by value', spec({ tolerations: [{ key: 'gpu', value: 'yes' }] }), taint('NoSchedule'), 'fits'],
  [
    'a taint with another value than tolerated',
    spec({ tolerations: [{ key: 'gpu', operator: 'Equal', value: 'no' }] }),
    taint('NoSchedule'),
    ['node(s) had untolerated taint {gpu: yes}'],
  ],
  [
    'a taint with another effect than tolerated',
    spec({ tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoExecute' }] }),
    taint('NoSchedule'),
    ['node(s) had untolerated taint {gpu: yes}'],
  ],
  ['a toleration of everything', spec({ tolerations: [{ operator: 'Exists' }] }), taint('NoExecute'), 'fits'],
  ['too little CPU', { requests: { cpu: '4001m' } }, {}, ['Insufficient cpu']],
  ['exactly enough', { requests: { cpu: '4', memory: '8Gi' } }, {}, 'fits'],
  ['too little of two', { requests: { cpu: '5', memory: '9Gi' } }, {}, ['Insufficient cpu', 'Insufficient memory']],
  ['an extended resource nobody has', { requests: { 'example.com/gpu': '1' } }, {}, ['Insufficient example.com/gpu']],
  ['no room for another pod', {}, { allocatable: { pods: '0' } }, ['Too many pods']],
  [
    'what others use',
    { requests: { cpu: '3' } },
    { pods: [makePod('old', { requests: { cpu: '2' } })] },
    ['Insufficient cpu'],
  ],
  [
    'a host port that is taken',
    spec({ containers: [{ name: 'a', ports: [{ containerPort: 80, hostPort: 80 }] }] }),
    { pods: [makePod('old', spec({ containers: [{ name: 'a', ports: [{ containerPort: 1, hostPort: 80 }] }] }))] },
    ["node(s) didn't have free ports for the requested pod ports"],
  ],
  [
    'a host port taken for another protocol',
    spec({ containers: [{ name: 'a', ports: [{ containerPort: 80, hostPort: 80, protocol: 'UDP' }] }] }),
    { pods: [makePod('old', spec({ containers: [{ name: 'a', ports: [{ containerPort: 1, hostPort: 80 }] }] }))] },
    'fits',
  ],
])('%s', (_, pod, node, expected) => {
  expect(verdict(pod, node)).toEqual(expected)
})

const affine = (...matchExpressions: k8s.NodeSelectorRequirement[]): PodShape =>
  spec({
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
    },
  })

test.each<[string, PodShape, boolean]>([
  ['nodeSelector', spec({ nodeSelector: { disk: 'ssd' } }), true],
  ['nodeSelector with another value', spec({ nodeSelector: { disk: 'hdd' } }), false],
  ['In', affine({ key: 'disk', operator: 'In', values: ['hdd', 'ssd'] }), true],
  ['NotIn', affine({ key: 'disk', operator: 'NotIn', values: ['ssd'] }), false],
  ['NotIn of an absent label', affine({ key: 'zone', operator: 'NotIn', values: ['a'] }), true],
  ['Exists', affine({ key: 'zone', operator: 'Exists' }), false],
  ['Exists of a name that JavaScript gives every object', affine({ key: 'constructor', operator: 'Exists' }), false],
  ['DoesNotExist', affine({ key: 'zone', operator: 'DoesNotExist' }), true],
  ['Gt', affine({ key: 'generation', operator: 'Gt', values: ['6'] }), true],
  ['Gt of the same', affine({ key: 'generation', operator: 'Gt', values: ['7'] }), false],
  ['Lt', affine({ key: 'generation', operator: 'Lt', values: ['10'] }), true],
  ['Lt of no number', affine({ key: 'disk', operator: 'Lt', values: ['10'] }), false],
  [
    'two expressions, one unmet',
    affine({ key: 'disk', operator: 'Exists' }, { key: 'zone', operator: 'Exists' }),
    false,
  ],
  ['an empty term', affine(), false],
])('node affinity: %s', (_, pod, fits) => {
  const expected = fits ? 'fits' : ["node(s) didn't match Pod's node affinity/selector"]
  expect(verdict(pod, { labels: { disk: 'ssd', generation: '7' } })).toEqual(expected)
})

test('node affinity by name picks that node', () => {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['node-2'] }]
  const required = { nodeSelectorTerms: [{ matchFields }] }
  const pod = makePod('new', {
    spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } },
  })
  const decision = schedule(snapshotOf(makeNode('node-1'), makeNode('node-2')), pod)
  expect(decision).toMatchObject({ fits: true, node: 'node-2' })
})

const near = (app: string, topologyKey = 'kubernetes.io/hostname'): k8s.PodAffinityTerm => ({
  labelSelector: { matchLabels: { app } },
  topologyKey,
})
const wantsNear = (term: k8s.PodAffinityTerm): k8s.Affinity => ({
  podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
})
const wantsAway = (term: k8s.PodAffinityTerm): k8s.Affinity => ({
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
})
const labelled = (app: string, affinity?: k8s.Affinity): PodShape => ({
  labels: { app },
  spec: affinity === undefined ? {} : { affinity },
})
const db = makePod('db', labelled('db'))

test.each<[string, PodShape, NodeShape, string | string[]]>([
  ['near a pod that is there', labelled('web', wantsNear(near('db'))), { pods: [db] }, 'fits'],
  [
    'near a pod that is not there',
    labelled('web', wantsNear(near('db'))),
    {},
    ["node(s) didn't match pod affinity rules"],
  ],
  ['the first of a group that wants to be together', labelled('web', wantsNear(near('web'))), {}, 'fits'],
  [
    'near, without the topology label',
    labelled('web', wantsNear(near('db', 'rack'))),
    { pods: [db] },
    ["node(s) didn't match pod affinity rules"],
  ],
  [
    'away from a pod that is there',
    labelled('web', wantsAway(near('db'))),
    { pods: [db] },
    ["node(s) didn't match pod anti-affinity rules"],
  ],
  [
    'unwelcome to a pod that is there',
    labelled('web'),
    { pods: [makePod('hermit', labelled('hermit', wantsAway(near('web'))))] },
    ["node(s) didn't satisfy existing pods anti-affinity rules"],
  ],
  [
    'away from pods of another namespace only',
    labelled('web', wantsAway({ ...near('db'), namespaces: ['other'] })),
    { pods: [db] },
    'fits',
  ],
  [
    'away from pods of namespaces by label',
    labelled('web', wantsAway({ ...near('db'), namespaceSelector: { matchLabels: { team: 'a' } } })),
    { pods: [db] },
    ["node(s) didn't match pod anti-affinity rules"],
  ],
])('pod affinity: %s', (_, pod, node, expected) => {
  expect(verdict(pod, node)).toEqual(expected)
})

const spread = (maxSkew: number, more: Partial<k8s.TopologySpreadConstraint> = {}): PodShape => ({
  labels: { app: 'web' },
  spec: {
    topologySpreadConstraints: [
      {
        maxSkew,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'web' } },
        ...more,
      },
    ],
  },
})
const zone = (name: string, pods: number): NodeShape => ({
  labels: { zone: name },
  pods: Array.from({ length: pods }, (_, at) => makePod(`${name}-${at}`, { labels: { app: 'web' } })),
})
const SKEWED = ["node(s) didn't match pod topology spread constraints"]

test('topology spread keeps the skew within bounds', () => {
  expect(verdict(spread(1), zone('a', 1), { ...zone('b', 0), spec: { unschedulable: true } })).toEqual(SKEWED)
  expect(verdict(spread(2), zone('a', 1), { ...zone('b', 0), spec: { unschedulable: true } })).toBe('fits')
  expect(verdict(spread(1, { minDomains: 2 }), zone('a', 1))).toEqual(SKEWED)
  expect(verdict(spread(1), {})).toEqual([`${SKEWED[0]} (missing required label)`])
})

test('a cordoned node’s domain counts unless the constraint honours taints', () => {
  const tainted: NodeShape = { ...zone('b', 0), ...taint('NoSchedule') }
  expect(verdict(spread(1), zone('a', 1), tainted)).toEqual(SKEWED)
  expect(verdict(spread(1, { nodeTaintsPolicy: 'Honor' }), zone('a', 1), tainted)).toBe('fits')
})

test('a claim for one pod is used by one pod, and volumes keep pods in their zone', () => {
  const claimed = (name: string) =>
    makePod(name, spec({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }))
  const verdicts = (accessMode: string, zones: string) => {
    const claim: k8s.PersistentVolumeClaim = {
      metadata: { name: 'c', namespace: 'default', annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
      spec: { accessModes: [accessMode], volumeName: 'pv' },
    }
    const labels = { 'failure-domain.beta.kubernetes.io/zone': zones }
    const volume: k8s.PersistentVolume = { metadata: { name: 'pv', labels }, spec: {} }
    const inZone = (name: string) => ({ labels: { 'topology.kubernetes.io/zone': name } })
    const nodes = [makeNode('a', { ...inZone('1'), pods: [claimed('old')] }), makeNode('b', inZone('2')), makeNode('c')]
    const storage = {
      claim: () => claim,
      volume: () => volume,
      volumes: () => [volume],
      storageClass: () => undefined,
    }
    const { rejections } = filterNodes({ ...snapshotOf(...nodes), storage }, claimed('new'), defaultProfile)
    return nodes.map(({ name }) => rejections.get(name)?.reasons.join() ?? 'fits')
  }
  const inUse =
    'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod'
  const noZone = 'node(s) had no available volume zone'
  expect(verdicts('ReadWriteOncePod', '1')).toEqual([inUse, inUse, inUse])
  expect(verdicts('ReadWriteOnce', '2')).toEqual([noZone, 'fits', 'fits'])
  expect(verdicts('ReadWriteOnce', '1__2')).toEqual(['fits', 'fits', 'fits'])
})
