/** When a schedule is due next. Where clocks are put forward or back, it is as github.com/robfig/cron v3.0.1 has it
 *  (SpecSchedule.Next, with Go's time.Date): what falls into the hour that is missing is not due that day, unless hours
 *  are not restricted; what falls into the hour that comes twice is due twice if each hour of the day matches. */
import type { ZoneOffset } from '../zone-offset.ts'
import type { CalendarSchedule, Schedule } from './schedule.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEARS_AHEAD = 5

/** The first instant after `afterMs`, whole seconds in epoch milliseconds; undefined when there is none in five years. */
export function nextTime(schedule: Schedule, afterMs: number): number | undefined {
  const second = Math.floor(afterMs / SECOND) * SECOND
  if ('everyMs' in schedule) return second + schedule.everyMs
  const search = new Search(schedule, second + SECOND)
  const lastYear = search.local().getUTCFullYear() + YEARS_AHEAD
  while (search.local().getUTCFullYear() <= lastYear) if (search.pass()) return search.at
  return undefined
}

/** Goes from the largest unit to the smallest; when one runs over into the next larger, from the largest again. */
class Search {
  at: number
  readonly #schedule: CalendarSchedule
  /** Whether it has left the instant it began at: then what is smaller than the unit in hand is at its beginning. */
  #hasMoved = false

  constructor(schedule: CalendarSchedule, at: number) {
    this.#schedule = schedule
    this.at = at
  }

  /** A date whose UTC parts are what clocks show. */
  local(): Date {
    return new Date(this.at + this.#schedule.offset(this.at))
  }

  /** Whether `at` is due now; otherwise the search has to go on from there. */
  pass(): boolean {
    return this.#toMonth() && this.#toDay() && this.#toHour() && this.#toMinute() && this.#toSecond()
  }

  #toMonth(): boolean {
    const { months, offset } = this.#schedule
    for (let local = this.local(); !months.has(local.getUTCMonth() + 1); local = this.local()) {
      if (this.#leave()) this.at = instantOf(Date.UTC(local.getUTCFullYear(), local.getUTCMonth()), offset)
      const shown = this.local()
      this.at = instantOf(shown.setUTCMonth(shown.getUTCMonth() + 1), offset)
      if (this.local().getUTCMonth() === 0) return false
    }
    return true
  }

  #toDay(): boolean {
    const { offset } = this.#schedule
    for (let local = this.local(); !isRightDay(this.#schedule, local); local = this.local()) {
      if (this.#leave()) this.at = instantOf(local.setUTCHours(0, 0, 0, 0), offset)
      const shown = this.local()
      const last = this.at
      this.at = instantOf(shown.setUTCDate(shown.getUTCDate() + 1), offset)
      // Where clocks are changed at midnight, the day does not begin at zero.
      const hour = this.local().getUTCHours()
      if (hour !== 0) this.at += (hour > 12 ? 24 - hour : -hour) * HOUR
      // Where a zone has left out a day, it would go back to the day before for ever.
      if (this.at <= last) this.at = last + DAY
      if (this.local().getUTCDate() === 1) return false
    }
    return true
  }

  #toHour(): boolean {
    for (let local = this.local(); !this.#schedule.hours.has(local.getUTCHours()); local = this.local()) {
      if (this.#leave()) this.at = instantOf(local.setUTCMinutes(0, 0, 0), this.#schedule.offset)
      this.at += HOUR
      if (this.local().getUTCHours() === 0) return false
    }
    return true
  }

  #toMinute(): boolean {
    while (!this.#schedule.minutes.has(this.local().getUTCMinutes())) {
      if (this.#leave()) this.at = Math.floor(this.at / MINUTE) * MINUTE
      this.at += MINUTE
      if (this.local().getUTCMinutes() === 0) return false
    }
    return true
  }

  /** Always at the beginning of a minute. */
  #toSecond(): boolean {
    const isDue = this.local().getUTCSeconds() === 0
    if (!isDue) {
      this.#leave()
      this.at = Math.ceil(this.at / MINUTE) * MINUTE
    }
    return isDue
  }

  /** Whether that is the first time. */
  #leave(): boolean {
    const isFirst = !this.#hasMoved
    this.#hasMoved = true
    return isFirst
  }
}

/** A day must be right in its month and in its week if either is `*`; else one of them is enough. */
function isRightDay({ days, weekdays }: CalendarSchedule, local: Date): boolean {
  const [inMonth, inWeek] = [days.has(local.getUTCDate()), weekdays.has(local.getUTCDay())]
  return days.isAny || weekdays.isAny ? inMonth && inWeek : inMonth || inWeek
}

/** When clocks show it. Of two such instants the earlier; an hour that is left out is taken as if clocks had not been
 *  put forward yet. Source: Go's time.Date. */
function instantOf(shownMs: number, offset: ZoneOffset): number {
  const guess = offset(shownMs)
  return guess === 0 ? shownMs : shownMs - offset(shownMs - guess)
}
