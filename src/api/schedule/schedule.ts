/** When something is due, again and again. */
import type { ZoneOffset } from '../zone-offset.ts'

export type Schedule = { everyMs: number } | CalendarSchedule

export interface CalendarSchedule {
  minutes: Values
  hours: Values
  days: Values
  months: Values
  weekdays: Values
  /** Of the zone whose clocks are meant. */
  offset: ZoneOffset
}

export interface Values {
  has: (value: number) => boolean
  /** Written as `*`: a day must then only be right by the other of day and weekday. */
  isAny: boolean
}

/** Says in its message what is wrong with a schedule. */
export class ScheduleError extends Error {
  override name = 'ScheduleError'
}
