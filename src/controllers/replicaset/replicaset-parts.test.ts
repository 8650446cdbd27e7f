import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resources } from '../../api/index.ts'
import { podOf, replicaSetOf, templateOf } from '../testing/objects.ts'
import { podFromTemplate, slowStart } from '../pods/index.ts'
import { podsToDelete } from './rank-pods.ts'
import { msUntilNextAvailable, replicaSetStatus } from './status.ts'

const nowMs = Date.parse('2026-01-01T01:00:00Z')
const first = (...pods: ReturnType<typeof podOf>[]) =>
  podsToDelete({ pods, related: pods, count: 1, nowMs })[0]?.metadata.name

describe('which pod goes first', () => {
  it.each([
    { rule: 'without a node', goes: podOf({ name: 'x', node: '' }), stays: podOf({ name: 'y' }) },
    { rule: 'pending', goes: podOf({ name: 'x', phase: 'Pending' }), stays: podOf({ name: 'y' }) },
    { rule: 'not ready', goes: podOf({ name: 'x', isReady: false }), stays: podOf({ name: 'y' }) },
    {
      rule: 'cheaper',
      goes: podOf({ name: 'x', annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-5' } }),
      stays: podOf({ name: 'y' }),
    },
    {
      rule: 'ready for a shorter time',
      goes: podOf({ name: 'x', readySince: '2026-01-01T00:59:59Z' }),
      stays: podOf({ name: 'y' }),
    },
    { rule: 'restarted more often', goes: podOf({ name: 'x', restarts: 3 }), stays: podOf({ name: 'y' }) },
    { rule: 'younger', goes: podOf({ name: 'x', created: '2026-01-01T00:59:00Z' }), stays: podOf({ name: 'y' }) },
  ])('the one that is $rule', ({ goes, stays }) => {
    expect(first(goes, stays)).toBe('x')
    expect(first(stays, goes)).toBe('x')
  })

  it('one of those doubled up on a node', () => {
    const pods = [podOf({ name: 'alone', node: 'a' }), podOf({ name: 'x', node: 'b' }), podOf({ name: 'y', node: 'b' })]
    expect(['x', 'y']).toContain(first(...pods))
  })

  it('the choice does not depend on the order they are given in', () => {
    const pod = fc.record({
      node: fc.constantFrom('', 'a', 'b'),
      phase: fc.constantFrom('Pending', 'Running', 'Unknown'),
      isReady: fc.boolean(),
      restarts: fc.nat(2),
      readySince: fc.constantFrom('2026-01-01T00:59:59Z', '2026-01-01T00:30:00Z'),
    })
    fc.assert(
      fc.property(
        fc.array(pod, { minLength: 1, maxLength: 8 }),
        fc.nat(8),
        fc.infiniteStream(fc.double()),
        (shapes, count, keys) => {
          const pods = shapes.map((shape, index) => podOf({ name: `p${index}`, ...shape }))
          const shuffled = pods.map((value) => ({ value, key: keys.next().value ?? 0 })).sort((a, b) => a.key - b.key)
          const chosen = (order: typeof pods) =>
            podsToDelete({ pods: order, related: pods, count, nowMs }).map(({ metadata }) => metadata.name)
          expect(chosen(shuffled.map(({ value }) => value))).toEqual(chosen(pods))
        },
      ),
    )
  })
})

describe('slow start', () => {
  it('doubles the batches', async () => {
    const batches: number[] = []
    let inFlight = 0
    await slowStart(10, async () => {
      inFlight++
      const size = inFlight
      await Promise.resolve()
      if (size === inFlight) batches.push(size)
      await new Promise((resolve) => setImmediate(resolve))
      inFlight = 0
    })
    expect(batches.reduce((sum, size) => sum + size, 0)).toBe(10)
    expect(batches[0]).toBe(1)
  })
  it('does not try the rest when one fails', async () => {
    let tried = 0
    const action = async () => {
      if (++tried > 1) throw new Error('quota')
    }
    await expect(slowStart(100, action)).rejects.toThrow('quota')
    expect(tried).toBe(3)
  })
  it('of nothing does nothing', async () => {
    await expect(slowStart(0, () => Promise.reject(new Error('called')))).resolves.toBeUndefined()
  })
})

describe('a replica set’s status', () => {
  const replicaSet = replicaSetOf({ name: 'rs', replicas: 3 })
  replicaSet.spec.minReadySeconds = 30
  const now = '2026-01-01T01:00:00Z'
  const active = [
    podOf({ name: 'long-ready' }),
    podOf({ name: 'just-ready', readySince: '2026-01-01T00:59:50Z', labels: { app: 'web', extra: 'a' } }),
    podOf({ name: 'not-ready', isReady: false, labels: { other: 'b' } }),
  ]

  it('counts ready, available and fully labelled pods', () => {
    const observation = { replicaSet, active, terminating: [podOf({ name: 'going', isDeleting: true })], nowMs, now }
    expect(replicaSetStatus(observation)).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 1,
      terminatingReplicas: 1,
      observedGeneration: 1,
    })
    expect(msUntilNextAvailable(observation)).toBe(20_000)
  })
  it('tells why pods could not be made', () => {
    const observation = { replicaSet, active: [], terminating: [], failure: new Error('quota'), nowMs, now }
    expect(replicaSetStatus(observation).conditions).toMatchObject([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota' },
    ])
  })
})

describe('a pod from a template', () => {
  it('is owned, labelled and named after its replica set', () => {
    const pod = podFromTemplate(replicaSetOf({ name: 'web-abc', replicas: 1 }), templateOf('web:1'), {
      random: () => 0,
      resource: resources.replicasets,
    })
    expect(pod.metadata).toMatchObject({
      name: 'web-abc-bbbbb',
      generateName: 'web-abc-',
      labels: { app: 'web' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-abc', controller: true, blockOwnerDeletion: true }],
    })
  })
})
