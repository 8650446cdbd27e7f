import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import type { k8s } from '../api/index.ts'
import { failureMessage } from './failure-message.ts'
import { preempt } from './preemption/preempt.ts'
import { defaultProfile } from './profile.ts'
import { schedule } from './schedule.ts'
import { podInfo, type Snapshot, withPod } from './snapshot.ts'
import { makeNode, makePod, snapshotOf } from './testing.ts'

const nodes = array(record({ cpu: integer({ min: 0, max: 4000 }), pods: integer({ min: 0, max: 5 }) }), {
  maxLength: 6,
})
const pods = array(record({ cpu: integer({ min: 0, max: 2000 }), priority: constantFrom(0, 10) }), { maxLength: 25 })

/** Every name must be the node's, so two are one too many. */
const onNode = (...names: string[]): k8s.Affinity => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchFields: names.map((name) => ({ key: 'metadata.name', operator: 'In', values: [name] })) },
      ],
    },
  },
})

/** Places one pod after another, as the loop does. */
function placeAll(snapshot: Snapshot, wanted: { cpu: number; priority: number }[], random: () => number) {
  const placed: (string | undefined)[] = []
  let current = snapshot
  for (const [at, { cpu }] of wanted.entries()) {
    const pod = makePod(`pod-${at}`, { requests: { cpu: `${cpu}m` } })
    const decision = schedule(current, pod, { random })
    placed.push(decision.fits ? decision.node : undefined)
    if (decision.fits)
      current = {
        ...current,
        nodes: current.nodes.map((node) => (node.name === decision.node ? withPod(node, podInfo(pod)) : node)),
      }
  }
  return { placed, snapshot: current }
}

const clusterOf = (shapes: { cpu: number; pods: number }[]): Snapshot =>
  snapshotOf(
    ...shapes.map(({ cpu, pods }, at) =>
      makeNode(`node-${at}`, { allocatable: { cpu: `${cpu}m`, pods: String(pods) } }),
    ),
  )

test('no node is ever given more than it has', () => {
  assert(
    property(nodes, pods, (shapes, wanted) => {
      for (const node of placeAll(clusterOf(shapes), wanted, () => 0.5).snapshot.nodes) {
        expect(node.requested.cpu ?? 0).toBeLessThanOrEqual(node.allocatable.cpu ?? 0)
        expect(node.pods.length).toBeLessThanOrEqual(node.allocatable.pods ?? 0)
      }
    }),
  )
})

test('a pod is refused only when it fits nowhere', () => {
  assert(
    property(nodes, pods, (shapes, wanted) => {
      const { placed, snapshot } = placeAll(clusterOf(shapes), wanted, () => 0)
      for (const [at, node] of placed.entries()) {
        if (node !== undefined) continue
        const cpu = wanted[at]?.cpu ?? 0
        const hadRoom = snapshot.nodes.some(
          (candidate) =>
            candidate.pods.length < (candidate.allocatable.pods ?? 0) &&
            cpu <= (candidate.allocatable.cpu ?? 0) - (candidate.requested.cpu ?? 0),
        )
        // Nodes only fill up, so room that is there at the end was there when the pod was refused.
        expect(hadRoom).toBe(false)
      }
    }),
  )
})

test('the same snapshot and the same randomness give the same decision', () => {
  assert(
    property(nodes, pods, integer({ min: 0, max: 99 }), (shapes, wanted, luck) => {
      const decide = () => placeAll(clusterOf(shapes), wanted, () => luck / 100).placed
      expect(decide()).toEqual(decide())
    }),
  )
})

test('equally good nodes are chosen among by chance', () => {
  const snapshot = snapshotOf(makeNode('a'), makeNode('b'), makeNode('c'))
  const chosen = [0, 0.4, 0.99].map((luck) => schedule(snapshot, makePod('p'), { random: () => luck }))
  expect(chosen.map((decision) => decision.fits && decision.node)).toEqual(['a', 'b', 'c'])
})

test.each([
  [
    'counts and sorts the reasons',
    makePod('p', { requests: { cpu: '3' } }),
    snapshotOf(
      makeNode('a', { pods: [makePod('old', { requests: { cpu: '2' } })] }),
      makeNode('b', { allocatable: { cpu: '3', pods: '1' }, pods: [makePod('other', { requests: { cpu: '1' } })] }),
      makeNode('c', { spec: { unschedulable: true } }),
    ),
    '0/3 nodes are available: 1 Too many pods, 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
  ],
  [
    'says why not even preemption helps',
    makePod('p', { requests: { cpu: '3', memory: '7Gi' }, spec: { priority: 100 } }),
    snapshotOf(
      makeNode('a', {
        pods: [
          makePod('old', { requests: { cpu: '2' } }),
          makePod('equal', { requests: { memory: '7Gi' }, spec: { priority: 100 } }),
        ],
      }),
    ),
    '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. preemption: 0/1 nodes are available: 1 Insufficient memory.',
  ],
  [
    'says that the pod does not want preemption',
    makePod('p', { requests: { cpu: '9' }, spec: { preemptionPolicy: 'Never' } }),
    snapshotOf(makeNode('a')),
    '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
  ],
  [
    'says which nodes the pod itself excludes',
    makePod('p', { requests: { cpu: '9' }, spec: { affinity: onNode('a') } }),
    snapshotOf(makeNode('a'), makeNode('b')),
    "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
  ],
  [
    'says that the pod contradicts itself',
    makePod('p', { spec: { affinity: onNode('a', 'b') } }),
    snapshotOf(makeNode('a'), makeNode('b')),
    '0/2 nodes are available: pod affinity terms conflict. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  ],
  ['says that there are no nodes', makePod('p'), snapshotOf(), 'no nodes available to schedule pods'],
])('the message %s', (_, pod, snapshot, expected) => {
  const decision = schedule(snapshot, pod)
  if (decision.fits) throw new Error('it fits')
  const preemption = preempt(snapshot, pod, { profile: defaultProfile, rejections: decision.rejections })
  const helped = preemption.outcome === 'room' ? undefined : preemption.message
  expect(failureMessage(snapshot.nodes.length, decision, helped)).toBe(expected)
})

test('room that is being made on a node is kept for those it is made for', () => {
  const promised = podInfo(makePod('promised', { requests: { cpu: '3' }, spec: { priority: 5 } }))
  const snapshot: Snapshot = { ...snapshotOf(makeNode('a')), nominated: new Map([['a', [promised]]]) }
  const fits = (priority: number) =>
    schedule(snapshot, makePod('p', { requests: { cpu: '2' }, spec: { priority } })).fits
  expect([0, 5, 6].map(fits)).toEqual([false, false, true])
  expect(schedule(snapshot, promised.pod)).toEqual({ fits: true, node: 'a' })
})

test('the node where room was made for a pod is tried first', () => {
  const snapshot = snapshotOf(makeNode('a'), makeNode('b'))
  const pod = { ...makePod('p'), status: { nominatedNodeName: 'b' } }
  expect(schedule(snapshot, pod)).toEqual({ fits: true, node: 'b' })
})
