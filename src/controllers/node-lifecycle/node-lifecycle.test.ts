import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { unknownConditions } from './conditions.ts'
import { Heartbeats } from './health.ts'
import { UNREACHABLE, wishedTaints } from './taints.ts'

const now = '2026-01-01T00:00:00Z'
const nodeOf = (ready: string, spec: k8s.NodeSpec = {}): k8s.Node => ({
  metadata: { name: 'node-1' },
  spec,
  status: { conditions: [{ type: 'Ready', status: ready, reason: 'KubeletReady', message: 'fine' }] },
})

describe('heartbeats', () => {
  it('silence counts from the last change of the sign, by our own clock', () => {
    const heartbeats = new Heartbeats()
    expect(heartbeats.silenceMs('a', '1', 1000)).toBe(0)
    expect(heartbeats.silenceMs('a', '1', 31_000)).toBe(30_000)
    expect(heartbeats.silenceMs('a', '2', 41_000)).toBe(0)
  })
  it('after a long sleep of the machine every node gets a new term', () => {
    const heartbeats = new Heartbeats()
    heartbeats.beginRound(0, 5000)
    heartbeats.silenceMs('a', '1', 0)
    heartbeats.beginRound(3_600_000, 5000)
    expect(heartbeats.silenceMs('a', '1', 3_600_000)).toBe(0)
    heartbeats.beginRound(3_605_000, 5000)
    expect(heartbeats.silenceMs('a', '1', 3_605_000)).toBe(5000)
  })
})

describe('a silent node', () => {
  it('knows nothing of itself any more', () => {
    const conditions = unknownConditions(nodeOf('True'), now)
    expect(conditions).toMatchObject([
      {
        type: 'Ready',
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      },
      { type: 'MemoryPressure', status: 'Unknown', reason: 'NodeStatusNeverUpdated' },
      { type: 'DiskPressure' },
      { type: 'PIDPressure' },
    ])
    const marked = { ...nodeOf('True'), status: { conditions } }
    expect(unknownConditions(marked, '2026-01-02T00:00:00Z')).toBe(conditions)
  })
})

describe('taints', () => {
  const keys = (node: k8s.Node) => wishedTaints(node, now).map(({ key, effect }) => `${key}:${effect}`)
  it.each([
    { node: nodeOf('True'), expected: [] },
    { node: nodeOf('Unknown'), expected: [`${UNREACHABLE}:NoSchedule`, `${UNREACHABLE}:NoExecute`] },
    {
      node: nodeOf('False'),
      expected: ['node.kubernetes.io/not-ready:NoSchedule', 'node.kubernetes.io/not-ready:NoExecute'],
    },
    { node: nodeOf('True', { unschedulable: true }), expected: ['node.kubernetes.io/unschedulable:NoSchedule'] },
    { node: nodeOf('True', { taints: [{ key: 'mine', effect: 'NoSchedule' }] }), expected: ['mine:NoSchedule'] },
  ])('of a node that is $node.status.conditions.0.status', ({ node, expected }) => {
    expect(keys(node)).toEqual(expected)
  })
  it('keep the time they were added at', () => {
    const taints = [{ key: UNREACHABLE, effect: 'NoExecute', timeAdded: '2025-12-31T00:00:00Z' }]
    expect(wishedTaints(nodeOf('Unknown', { taints }), now)).toContainEqual(taints[0])
  })
})
