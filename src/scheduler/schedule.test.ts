import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { failureMessage } from './failure-message.ts'
import { schedule } from './schedule.ts'
import { podInfo, type Snapshot, withPod } from './snapshot.ts'
import { makeNode, makePod, snapshotOf } from './testing.ts'

const nodes = array(record({ cpu: integer({ min: 0, max: 4000 }), pods: integer({ min: 0, max: 5 }) }), {
  maxLength: 6,
})
const pods = array(record({ cpu: integer({ min: 0, max: 2000 }), priority: constantFrom(0, 10) }), { maxLength: 25 })

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
    'says that lower priorities are not preempted',
    makePod('p', { requests: { cpu: '3' }, spec: { priority: 100 } }),
    snapshotOf(makeNode('a', { pods: [makePod('old', { requests: { cpu: '2' } })] })),
    '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Preemption of lower-priority pods is not supported by this scheduler.',
  ],
  [
    'says that the pod does not want preemption',
    makePod('p', { requests: { cpu: '9' }, spec: { preemptionPolicy: 'Never' } }),
    snapshotOf(makeNode('a')),
    '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
  ],
  ['says that there are no nodes', makePod('p'), snapshotOf(), 'no nodes available to schedule pods'],
])('the message %s', (_, pod, snapshot, expected) => {
  const decision = schedule(snapshot, pod)
  expect(decision.fits ? '' : failureMessage(pod, snapshot, decision.rejections)).toBe(expected)
})
