import { expect, test } from 'vitest'
import { explain } from './explain.ts'
import { makeNode, makePod, snapshotOf } from './testing.ts'

test('says of each node all that speaks against it, what the scheduler says first', () => {
  const snapshot = snapshotOf(
    makeNode('full', { pods: [makePod('old', { requests: { cpu: '4' } })] }),
    makeNode('closed', { spec: { unschedulable: true }, allocatable: { cpu: '1' } }),
  )
  const { nodes, message, preemption } = explain(snapshot, makePod('new', { requests: { cpu: '2' } }))
  expect(
    nodes.map(({ node, refusals }) => [node, ...refusals.map(({ plugin, reasons }) => `${plugin}: ${reasons.join()}`)]),
  ).toEqual([
    ['closed', 'NodeUnschedulable: node(s) were unschedulable', 'NodeResourcesFit: Insufficient cpu'],
    ['full', 'NodeResourcesFit: Insufficient cpu'],
  ])
  expect(message).toMatch(
    /^0\/2 nodes are available: 1 Insufficient cpu, 1 node\(s\) were unschedulable\. preemption: /,
  )
  expect(preemption?.outcome).toBe('hopeless')
})

test('a placed pod is judged as if it were still to be placed, with the scores in which its node won', () => {
  const snapshot = snapshotOf(
    makeNode('busy', { pods: [makePod('old', { requests: { cpu: '2' } })] }),
    makeNode('empty'),
  )
  const { nodes, message } = explain(snapshot, makePod('new', { requests: { cpu: '1' }, spec: { nodeName: 'busy' } }))
  expect(message).toBeUndefined()
  expect(nodes.map(({ node }) => node)).toEqual(['empty', 'busy'])
  const [best] = nodes
  const fit = best?.score?.plugins.find(({ plugin }) => plugin === 'NodeResourcesFit')
  expect(fit).toEqual({ plugin: 'NodeResourcesFit', weight: 1, raw: 86, normalized: 86 })
  expect(best?.score?.total).toBe(
    best?.score?.plugins.reduce((sum, { weight, normalized }) => sum + weight * normalized, 0),
  )
})

test('says who would have to go', () => {
  const snapshot = snapshotOf(makeNode('full', { pods: [makePod('old', { requests: { cpu: '4' } })] }))
  const { message, preemption } = explain(snapshot, makePod('new', { requests: { cpu: '2' }, spec: { priority: 1 } }))
  expect(message).toBe('0/1 nodes are available: 1 Insufficient cpu.')
  expect(preemption).toMatchObject({ outcome: 'room', node: 'full' })
})
