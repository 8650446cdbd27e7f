import { expect, test } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { defaultProfile } from '../profile.ts'
import { schedule } from '../schedule.ts'
import type { NodeInfo } from '../snapshot.ts'
import { makeNode, makePod, snapshotOf } from '../testing.ts'
import { preempt } from './preempt.ts'

const pod = (name: string, cpu: string, priority = 0, more: Partial<k8s.Pod> = {}): k8s.Pod => ({
  ...makePod(name, { requests: { cpu }, labels: { app: name }, spec: { priority } }),
  ...more,
})

const startedAt = (startTime: string): Partial<k8s.Pod> => ({ status: { startTime } })

const budget = (app: string, disruptionsAllowed: number): k8s.PodDisruptionBudget => ({
  metadata: { name: app, namespace: 'default' },
  spec: { selector: { matchLabels: { app } } },
  status: { disruptionsAllowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
})

/** What preemption would do for `incoming`, in one line. */
function outcome(incoming: k8s.Pod, nodes: NodeInfo[], budgets: k8s.PodDisruptionBudget[] = []): string {
  const snapshot = { ...snapshotOf(...nodes), budgets }
  const decision = schedule(snapshot, incoming)
  if (decision.fits) return 'fits'
  const result = preempt(snapshot, incoming, { profile: defaultProfile, rejections: decision.rejections })
  return result.outcome === 'room'
    ? `${result.node}: ${result.victims.map(({ metadata }) => metadata.name).join(' ')}`
    : result.message
}

const node = (name: string, ...pods: k8s.Pod[]): NodeInfo => makeNode(name, { pods })

test('takes no more pods than it needs, the least important of them', () => {
  const full = node('a', pod('low', '1', 1), pod('lower', '1'), pod('middle', '1', 2), pod('high', '1', 10))
  expect(outcome(pod('new', '1', 10), [full])).toBe('a: lower')
  expect(outcome(pod('new', '2', 10), [full])).toBe('a: low lower')
  expect(outcome(pod('new', '3', 10), [full])).toBe('a: middle low lower')
  expect(outcome(pod('new', '4', 10), [full])).toBe('0/1 nodes are available: 1 Insufficient cpu.')
})

test('of pods of one priority those go that came last', () => {
  const full = node(
    'a',
    pod('old', '2', 0, startedAt('2026-01-01T00:00:00Z')),
    pod('young', '2', 0, startedAt('2026-01-02T00:00:00Z')),
  )
  expect(outcome(pod('new', '2', 1), [full])).toBe('a: young')
})

test('pods of the same or a higher priority stay', () => {
  expect(outcome(pod('new', '1', 5), [node('a', pod('same', '4', 5))])).toBe(
    '0/1 nodes are available: 1 No preemption victims found for incoming pod.',
  )
})

test('spares pods whose budget would be broken, and breaks it if need be', () => {
  const full = node('a', pod('guarded', '2'), pod('free', '2', 1))
  expect(outcome(pod('new', '2', 5), [full])).toBe('a: guarded')
  expect(outcome(pod('new', '2', 5), [full], [budget('guarded', 0)])).toBe('a: free')
  expect(outcome(pod('new', '2', 5), [full], [budget('guarded', 1)])).toBe('a: guarded')
  expect(outcome(pod('new', '4', 5), [full], [budget('guarded', 0)])).toBe('a: free guarded')
})

const early = startedAt('2026-01-01T00:00:00Z')
const late = startedAt('2026-01-02T00:00:00Z')
test.each<[string, NodeInfo[], string]>([
  ['no budget is broken', [node('a', pod('guarded', '4')), node('b', pod('free', '4', 3))], 'b: free'],
  [
    'the highest priority among the victims is lowest',
    [node('a', pod('x', '4', 2)), node('b', pod('y', '4', 1))],
    'b: y',
  ],
  [
    'the priorities add up to least',
    [node('a', pod('x', '2', 2), pod('x2', '2', 2)), node('b', pod('y', '2', 2), pod('y2', '2', 1))],
    'b: y y2',
  ],
  ['the fewest pods go', [node('a', pod('x', '2', -5), pod('x2', '2', -5)), node('b', pod('y', '4', -5))], 'b: y'],
  [
    'the most important victim started last',
    [node('a', pod('x', '4', 0, early)), node('b', pod('y', '4', 0, late))],
    'b: y',
  ],
  ['it comes first', [node('a', pod('x', '4')), node('b', pod('y', '4'))], 'a: x'],
])('of several nodes that one is taken where %s', (_, nodes, expected) => {
  expect(outcome(pod('new', '4', 9), nodes, [budget('guarded', 0)])).toBe(expected)
})

test('nothing is preempted while the pods of the last preemption are leaving', () => {
  const leaving = pod('leaving', '4', 0, {
    metadata: { ...makePod('leaving').metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] },
  })
  const waiting = pod('new', '4', 9, { status: { nominatedNodeName: 'a' } })
  expect(outcome(waiting, [node('a', leaving), node('b', pod('y', '4'))])).toBe(
    'not eligible due to a terminating pod on the nominated node.',
  )
  // A node that will not do whoever leaves it is no reason to wait.
  const cordoned = makeNode('a', { pods: [leaving], spec: { unschedulable: true } })
  expect(outcome(waiting, [cordoned, node('b', pod('y', '4'))])).toBe('b: y')
})

test('makes way for a host port, and for a pod that others keep away', () => {
  const withPort = (name: string, priority: number) => {
    const plain = pod(name, '1', priority)
    return {
      ...plain,
      spec: { ...plain.spec, containers: [{ name: 'c', ports: [{ containerPort: 1, hostPort: 80 }] }] },
    }
  }
  expect(outcome(withPort('new', 1), [node('a', withPort('old', 0), pod('other', '1'))])).toBe('a: old')
})
