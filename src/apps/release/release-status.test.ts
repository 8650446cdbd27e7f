import { describe, expect, it } from 'vitest'
import { toKubernetesTime } from '../../lib/index.ts'
import { releaseOf } from '../testing.ts'
import { msUntilWithdrawal, PROGRESS_DEADLINE_MS, type ReleaseObservation, releaseStatus } from './release-status.ts'

const nowMs = Date.parse('2026-01-01T00:10:00Z')
const failure = { reason: 'CrashLoopBackOff', message: 'the app exited with code 7', isFatal: true }
const ready = (status: string, secondsAgo: number) =>
  releaseOf(2, {}, [{ type: 'Ready', status, lastTransitionTime: toKubernetesTime(nowMs - secondsAgo * 1000) }])
const observe = (rest: Partial<ReleaseObservation>): ReleaseObservation => ({
  release: releaseOf(2),
  health: { state: 'up' },
  step: { state: 'none' },
  isReplaceable: true,
  nowMs,
  ...rest,
})
const conditions = (rest: Partial<ReleaseObservation>) => releaseStatus(observe(rest)).conditions

describe('the status of a release', () => {
  it.each([
    { what: 'is up', rest: {}, expected: [{ type: 'Ready', status: 'True' }] },
    {
      what: 'is on its way',
      rest: { health: { state: 'starting', message: '0 of 1' } as const },
      expected: [{ type: 'Ready', status: 'Unknown', message: '0 of 1' }],
    },
    {
      what: 'has failed just now',
      rest: { health: { state: 'failed', failure } as const },
      expected: [{ type: 'Ready', status: 'False', reason: 'CrashLoopBackOff' }],
    },
    {
      what: 'has failed for a while',
      rest: { release: ready('False', 31), health: { state: 'failed', failure } as const },
      expected: [
        { type: 'Ready', status: 'False' },
        { type: 'Withdrawn', status: 'True', reason: 'CrashLoopBackOff', message: failure.message },
      ],
    },
    {
      what: 'has failed for a while, and there is no other',
      rest: { release: ready('False', 31), health: { state: 'failed', failure } as const, isReplaceable: false },
      expected: [{ type: 'Ready', status: 'False' }],
    },
    {
      what: 'sleeps, and was well before',
      rest: { release: ready('True', 500), health: { state: 'idle' } as const },
      expected: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:01:40Z' }],
    },
    {
      what: 'has a step that failed',
      rest: {
        health: { state: 'idle' } as const,
        step: { state: 'failed', reason: 'ReleaseStepFailed', message: 'no' } as const,
      },
      expected: [{ type: 'StepSucceeded', status: 'False', reason: 'ReleaseStepFailed' }],
    },
  ])('that $what', ({ rest, expected }) => {
    expect(conditions(rest)).toHaveLength(expected.length)
    expect(conditions(rest)).toMatchObject(expected)
  })
})

describe('the time until a release is taken back', () => {
  const failed = { state: 'failed', failure } as const
  const starting = { state: 'starting', message: '' } as const
  it.each([
    { what: 'begins with the failure', rest: { health: failed }, expected: 30_000 },
    { what: 'goes by', rest: { release: ready('False', 10), health: failed }, expected: 20_000 },
    { what: 'is over', rest: { release: ready('False', 100), health: failed }, expected: 0 },
    { what: 'is long for one that only waits', rest: { health: starting }, expected: PROGRESS_DEADLINE_MS },
    { what: 'does not begin where all is well', rest: {}, expected: undefined },
    {
      what: 'begins anew with another state',
      rest: { release: ready('Unknown', 100), health: failed },
      expected: 30_000,
    },
    { what: 'does not begin without another', rest: { health: failed, isReplaceable: false }, expected: undefined },
  ])('$what', ({ rest, expected }) => expect(msUntilWithdrawal(observe(rest))).toBe(expected))
})
