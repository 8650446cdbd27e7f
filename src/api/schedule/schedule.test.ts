import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toKubernetesTime } from '../../lib/index.ts'
import { nextTime, parseSchedule } from './index.ts'

interface Golden {
  schedule: string
  after: string
  /** The next times that github.com/robfig/cron v3.0.1 says, each after the one before. */
  due: string[]
}

const golden = JSON.parse(readFileSync(new URL('golden/due.json', import.meta.url), 'utf8')) as Golden[]

function dueTimes(text: string, after: string, count: number): string[] {
  const schedule = parseSchedule(text)
  const due: string[] = []
  for (let at: number | undefined = Date.parse(after); due.length < count; ) {
    at = nextTime(schedule, at)
    if (at === undefined) break
    due.push(toKubernetesTime(at))
  }
  return due
}

describe('when a schedule is due', () => {
  it.each(golden)('$schedule after $after', ({ schedule, after, due }) => {
    expect(dueTimes(schedule, after, 5)).toEqual(due)
  })

  it('goes on past a day that a zone has left out', () => {
    expect(dueTimes('TZ=Pacific/Apia 0 12 30 12 *', '2011-01-02T10:00:00Z', 1)).toEqual(['2012-12-29T22:00:00Z'])
  })

  it('is always later than the instant it is asked for, and a whole minute', () => {
    const value = (max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.nat(max).map(String),
        fc.nat(max - 1).map((n) => `*/${n + 1}`),
      )
    fc.assert(
      fc.property(value(59), value(23), fc.integer({ min: 0, max: 4e12 }), (minutes, hours, afterMs) => {
        const due = nextTime(parseSchedule(`${minutes} ${hours} * * *`), afterMs)
        expect(due).toBeGreaterThan(afterMs)
        expect((due ?? 1) % 60_000).toBe(0)
      }),
    )
  })
})
