import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { podOf } from '../testing/objects.ts'
import { claimVerdict } from './claim.ts'
import { withCondition } from './conditions.ts'
import { scaledValue } from './int-or-percent.ts'
import { controllerKey } from './owner-reference.ts'

describe('whose a pod is', () => {
  const owner = (isDeleting = false) => ({
    metadata: {
      name: 'rs',
      namespace: 'default',
      uid: 'rs',
      ...(isDeleting && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    },
  })
  const selector = { matchLabels: { app: 'web' } }
  const owned = (
    uid: string | undefined,
    labels: Record<string, string> = { app: 'web' },
    isDeleting = false,
  ): k8s.Pod => {
    const pod = podOf({ name: 'a', labels, isDeleting })
    const reference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: uid ?? '', controller: true }
    return uid === undefined ? pod : { ...pod, metadata: { ...pod.metadata, ownerReferences: [reference] } }
  }
  it.each([
    { why: 'its own that matches', pod: owned('rs'), verdict: 'keep' },
    { why: 'its own that no longer matches', pod: owned('rs', { app: 'other' }), verdict: 'release' },
    { why: 'another’s', pod: owned('other'), verdict: 'ignore' },
    { why: 'an orphan that matches', pod: owned(undefined), verdict: 'adopt' },
    { why: 'an orphan that does not match', pod: owned(undefined, {}), verdict: 'ignore' },
    { why: 'an orphan that is ending', pod: owned(undefined, { app: 'web' }, true), verdict: 'ignore' },
  ])('$why: $verdict', ({ pod, verdict }) => expect(claimVerdict(pod, owner(), selector)).toBe(verdict))

  it('an owner that is going neither adopts nor releases', () => {
    expect(claimVerdict(owned(undefined), owner(true), selector)).toBe('ignore')
    expect(claimVerdict(owned('rs', {}), owner(true), selector)).toBe('ignore')
  })
  it('the key of its controller is asked for by kind and group', () => {
    const { replicasets, daemonsets } = {
      replicasets: { group: 'apps', kind: 'ReplicaSet' },
      daemonsets: { group: 'apps', kind: 'DaemonSet' },
    }
    expect(controllerKey(owned('rs'), replicasets as never)).toBe('default/rs')
    expect(controllerKey(owned('rs'), daemonsets as never)).toBeUndefined()
    expect(controllerKey(owned('rs'), { group: '', kind: 'ReplicaSet' } as never)).toBeUndefined()
  })
})

describe('conditions', () => {
  const before = { type: 'A', status: 'True', reason: 'X', message: 'old', lastTransitionTime: '1' }
  it.each([
    {
      why: 'same status and reason: nothing changes',
      next: { ...before, message: 'new', lastTransitionTime: '2' },
      expected: before,
    },
    {
      why: 'another reason: the time stays',
      next: { ...before, reason: 'Y', lastTransitionTime: '2' },
      expected: { ...before, reason: 'Y' },
    },
    {
      why: 'another status: the time moves',
      next: { ...before, status: 'False', lastTransitionTime: '2' },
      expected: { ...before, status: 'False', lastTransitionTime: '2' },
    },
  ])('$why', ({ next, expected }) => expect(withCondition([before], next)).toEqual([expected]))
})

it.each([
  { value: 3, total: 10, round: 'up', expected: 3 },
  { value: '25%', total: 10, round: 'up', expected: 3 },
  { value: '25%', total: 10, round: 'down', expected: 2 },
  { value: '0%', total: 10, round: 'up', expected: 0 },
  { value: undefined, total: 10, round: 'up', expected: 0 },
] as const)('$value of $total rounded $round is $expected', ({ value, total, round, expected }) => {
  expect(scaledValue(value, total, round)).toBe(expected)
})
