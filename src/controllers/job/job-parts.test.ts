import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { podOf } from '../testing/objects.ts'
import { msUntilRetry, nextRecord } from './failure-backoff.ts'
import {
  count,
  countCommon,
  firstOthers,
  formatIntervals,
  includes,
  intervalsOf,
  parseIntervals,
  unite,
} from './intervals.ts'
import { finishedMs } from './pod-end.ts'
import { podForJob } from './pod-for-job.ts'
import { jobOf } from '../../../test/harness/job-test.ts'

const indexes = fc.uniqueArray(fc.nat(40), { maxLength: 30 })

describe('sets of indexes', () => {
  it('are written as they are read', () => {
    fc.assert(
      fc.property(indexes, (given) => {
        const set = intervalsOf(given)
        expect(parseIntervals(formatIntervals(set), 41)).toEqual(set)
        expect(count(set)).toBe(given.length)
        for (let index = 0; index < 42; index++) expect(includes(set, index)).toBe(given.includes(index))
      }),
    )
  })

  it('are united, compared and filled up as sets', () => {
    fc.assert(
      fc.property(indexes, indexes, fc.nat(41), fc.nat(10), (a, b, completions, wanted) => {
        const all = new Set([...a, ...b])
        expect(unite(intervalsOf(a), intervalsOf(b))).toEqual(intervalsOf(all))
        expect(countCommon(intervalsOf(a), intervalsOf(b))).toBe(a.filter((index) => b.includes(index)).length)
        const free = Array.from({ length: completions }, (_, index) => index).filter((index) => !a.includes(index))
        expect(firstOthers(intervalsOf(a), wanted, completions)).toEqual(free.slice(0, wanted))
      }),
    )
  })

  it.each([
    ['0,2-4,5', 10, '0,2-5'],
    ['0,1', 10, '0,1'],
    ['3-9', 5, '3,4'],
    ['1,x,4', 10, '1,4'],
    ['7', 5, ''],
    [undefined, 5, ''],
  ])('%s of %d is %s', (text, completions, expected) => {
    expect(formatIntervals(parseIntervals(text, completions))).toBe(expected)
  })
})

describe('the back-off after failures', () => {
  const endedAt = (ms: number): k8s.Pod => ({
    ...podOf({ name: 'a' }),
    status: {
      containerStatuses: [
        {
          name: 'web',
          image: '',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode: 1, finishedAt: new Date(ms).toISOString() } },
        },
      ],
    },
  })
  const none = { failuresSinceSuccess: 0, lastFailureMs: 0 }

  it.each([
    [0, 0],
    [1, 10_000],
    [2, 20_000],
    [6, 320_000],
    [7, 600_000],
    [50, 600_000],
  ])('of %d is %d ms', (failuresSinceSuccess, expected) => {
    expect(msUntilRetry({ failuresSinceSuccess, lastFailureMs: 1000 }, 1000)).toBe(expected)
  })

  it('counts failures since the last success', () => {
    const failed = [endedAt(1000), endedAt(3000), endedAt(5000)]
    const two = { failuresSinceSuccess: 2, lastFailureMs: 500 }
    expect(nextRecord(two, { succeeded: [], failed })).toEqual({ failuresSinceSuccess: 5, lastFailureMs: 5000 })
    expect(nextRecord(two, { succeeded: [endedAt(2000)], failed })).toEqual({
      failuresSinceSuccess: 2,
      lastFailureMs: 5000,
    })
    expect(nextRecord(two, { succeeded: [endedAt(9000)], failed })).toEqual(none)
    expect(nextRecord(two, { succeeded: [], failed: [] })).toEqual(two)
  })

  it('takes as the end of a pod what it can tell', () => {
    expect(finishedMs(endedAt(7000))).toBe(7000)
    expect(finishedMs(podOf({ name: 'a', isReady: false, readySince: '2026-01-01T00:00:10Z' }))).toBe(
      Date.parse('2026-01-01T00:00:10Z'),
    )
    const deleting = podOf({ name: 'a', isDeleting: true })
    deleting.metadata.deletionGracePeriodSeconds = 30
    expect(finishedMs(deleting)).toBe(Date.parse('2026-01-01T23:59:30Z'))
    expect(finishedMs(podOf({ name: 'a' }))).toBe(Date.parse('2026-01-01T00:00:00Z'))
  })
})

it('a pod of a Job with a long name keeps its index in its own', () => {
  const job = jobOf({ completionMode: 'Indexed', completions: 9 })
  job.metadata.name = 'a'.repeat(60)
  const { name } = podForJob(job, { index: 7, replaces: undefined, random: () => 0 }).metadata
  expect(name).toBe(`${'a'.repeat(55)}-7-bbbbb`)
})
