import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { type History, newHistory } from './history.ts'
import { normalize, type NormalizeInput, withScaleEvent } from './normalize.ts'

const NOW = 1_700_000_000_000

describe('what is asked for, kept within bounds', () => {
  const run = (
    input: Partial<NormalizeInput>,
    history: History = newHistory(input.currentReplicas ?? 1, NOW - 1_000_000),
  ) => {
    const whole = {
      currentReplicas: 1,
      desiredReplicas: 1,
      minReplicas: 1,
      maxReplicas: 100,
      behavior: undefined,
      nowMs: NOW,
    }
    const { replicas, ableToScale, scalingLimited } = normalize({ ...whole, ...input }, history)
    return [replicas, ableToScale.reason, scalingLimited.reason, scalingLimited.status]
  }
  const rules = (up: Partial<k8s.HPAScalingRules>, down: Partial<k8s.HPAScalingRules> = {}) => ({
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [], ...up },
    scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }], ...down },
  })
  const policy = (type: string, value: number, periodSeconds = 60) => ({ type, value, periodSeconds })

  it.each<{ why: string; input: Partial<NormalizeInput>; history?: History; expected: unknown[] }>([
    { why: 'within', input: { desiredReplicas: 3 }, expected: [3, 'ReadyForNewScale', 'DesiredWithinRange', 'False'] },
    {
      why: 'twice at most',
      input: { currentReplicas: 3, desiredReplicas: 10 },
      expected: [6, 'ReadyForNewScale', 'ScaleUpLimit', 'True'],
    },
    {
      why: 'four in any case',
      input: { desiredReplicas: 10 },
      expected: [4, 'ReadyForNewScale', 'ScaleUpLimit', 'True'],
    },
    {
      why: 'the maximum',
      input: { desiredReplicas: 10, maxReplicas: 3 },
      expected: [3, 'ReadyForNewScale', 'TooManyReplicas', 'True'],
    },
    {
      why: 'the minimum',
      input: { currentReplicas: 5, desiredReplicas: 1, minReplicas: 2 },
      expected: [2, 'ReadyForNewScale', 'TooFewReplicas', 'True'],
    },
    {
      why: 'down to the highest of five minutes',
      input: { currentReplicas: 5, desiredReplicas: 1 },
      history: {
        recommendations: [
          { atMs: NOW - 299_000, replicas: 4 },
          { atMs: NOW - 301_000, replicas: 5 },
        ],
        ups: [],
        downs: [],
      },
      expected: [4, 'ScaleDownStabilized', 'DesiredWithinRange', 'False'],
    },
    {
      why: 'up to the lowest of the window that a behaviour asks for',
      input: {
        currentReplicas: 2,
        desiredReplicas: 8,
        behavior: rules({ stabilizationWindowSeconds: 60, policies: [policy('Pods', 100)] }),
      },
      history: { recommendations: [{ atMs: NOW - 30_000, replicas: 3 }], ups: [], downs: [] },
      expected: [3, 'ScaleUpStabilized', 'DesiredWithinRange', 'False'],
    },
    {
      why: 'so many pods in a period, those of before counted',
      input: { currentReplicas: 6, desiredReplicas: 20, behavior: rules({ policies: [policy('Pods', 4)] }) },
      history: { recommendations: [], ups: [{ atMs: NOW - 30_000, change: 3 }], downs: [] },
      expected: [7, 'ReadyForNewScale', 'ScaleUpLimit', 'True'],
    },
    {
      why: 'the policy that allows most, or least',
      input: {
        currentReplicas: 10,
        desiredReplicas: 50,
        behavior: rules({ policies: [policy('Pods', 4), policy('Percent', 75)] }),
      },
      expected: [18, 'ReadyForNewScale', 'ScaleUpLimit', 'True'],
    },
    {
      why: 'the policy that allows least',
      input: {
        currentReplicas: 10,
        desiredReplicas: 50,
        behavior: rules({ selectPolicy: 'Min', policies: [policy('Pods', 4), policy('Percent', 75)] }),
      },
      expected: [14, 'ReadyForNewScale', 'ScaleUpLimit', 'True'],
    },
    {
      why: 'down by a share',
      input: {
        currentReplicas: 10,
        desiredReplicas: 1,
        behavior: rules({}, { stabilizationWindowSeconds: 0, policies: [policy('Percent', 25)] }),
      },
      expected: [7, 'ReadyForNewScale', 'ScaleDownLimit', 'True'],
    },
    {
      why: 'never where it is disabled',
      input: {
        currentReplicas: 10,
        desiredReplicas: 1,
        behavior: rules({}, { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' }),
      },
      expected: [10, 'ReadyForNewScale', 'ScaleDownLimit', 'True'],
    },
  ])('$why', ({ input, history, expected }) => {
    expect(run(input, history)).toEqual(expected)
  })

  it('changes are remembered while a policy asks for them', () => {
    const behavior = rules({ policies: [policy('Pods', 4, 30)] })
    const first = withScaleEvent(newHistory(1, NOW), { from: 1, to: 5, nowMs: NOW }, behavior)
    expect(first.ups).toEqual([{ atMs: NOW, change: 4 }])
    const later = withScaleEvent(first, { from: 5, to: 2, nowMs: NOW + 31_000 }, behavior)
    expect([later.ups, later.downs]).toEqual([[], [{ atMs: NOW + 31_000, change: 3 }]])
    expect(withScaleEvent(first, { from: 1, to: 5, nowMs: NOW }, undefined)).toBe(first)
  })
})
