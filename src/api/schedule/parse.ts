/** Schedules of CronJobs: five fields (minute, hour, day of month, month, day of week) or a word for them.
 *  Source: github.com/robfig/cron v3.0.1, ParseStandard, whose words these are. */
import { NANOS_PER_SECOND, parseGoDuration } from '../cel/values/time.ts'
import { zoneOffset } from '../zone-offset.ts'
import { type Bounds, parseField } from './field.ts'
import { type Schedule, ScheduleError } from './schedule.ts'
import { timeZoneProblem } from './time-zone.ts'

const FIELDS = {
  minutes: { min: 0, max: 59 },
  hours: { min: 0, max: 23 },
  days: { min: 1, max: 31 },
  months: {
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  weekdays: { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
} as const satisfies Record<string, Bounds>
const FIELD_COUNT = Object.keys(FIELDS).length
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
const EVERY = '@every '
const DURATION_UNITS = new Set(['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h'])
const ZONE = /^(?:CRON_)?TZ=([^ ]*) (.*)$/s

/** Throws ScheduleError. Clocks are those of the zone that the text names, else UTC. */
export function parseSchedule(text: string): Schedule {
  const zoned = ZONE.exec(text)
  const [, zone = '', rest = ''] = zoned ?? ['', '', text]
  const wrongZone = zoned === null ? undefined : timeZoneProblem(zone)
  if (wrongZone !== undefined) throw new ScheduleError(`provided bad location ${zone}: ${wrongZone}`)
  const spec = zoned === null ? rest : rest.trim()
  if (spec.startsWith(EVERY)) return { everyMs: parseInterval(spec) }
  const described = Object.hasOwn(DESCRIPTORS, spec) ? DESCRIPTORS[spec] : undefined
  if (described === undefined && spec.startsWith('@')) throw new ScheduleError(`unrecognized descriptor: ${spec}`)
  const fields = (described ?? spec).split(/\s+/).filter((field) => field !== '')
  if (fields.length !== FIELD_COUNT)
    throw new ScheduleError(`expected exactly ${FIELD_COUNT} fields, found ${fields.length}: [${fields.join(' ')}]`)
  const [minutes = '', hours = '', days = '', months = '', weekdays = ''] = fields
  return {
    minutes: parseField(minutes, FIELDS.minutes),
    hours: parseField(hours, FIELDS.hours),
    days: parseField(days, FIELDS.days),
    months: parseField(months, FIELDS.months),
    weekdays: parseField(weekdays, FIELDS.weekdays),
    // `Local` is this machine's zone, and the control plane's is UTC.
    offset: zoneOffset(zone) ?? (() => 0),
  }
}

/** What is wrong with a schedule; undefined when nothing is. */
export function scheduleProblem(text: string): string | undefined {
  try {
    parseSchedule(text)
    return undefined
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error
    return error.message
  }
}

/** Whole seconds, and at least one. */
function parseInterval(text: string): number {
  const duration = text.slice(EVERY.length)
  const parsed = parseGoDuration(duration)
  if (parsed === undefined) throw new ScheduleError(`failed to parse duration ${text}: ${durationProblem(duration)}`)
  return Math.max(1, Number(parsed / NANOS_PER_SECOND)) * 1000
}

/** In the words of Go's time.ParseDuration. */
function durationProblem(text: string): string {
  const quoted = JSON.stringify(text)
  for (const [, number = '', unit = ''] of text.replace(/^[+-]/, '').matchAll(/(\d*\.?\d*)([^.\d]*)/g)) {
    if (!/\d/.test(number)) break
    if (unit === '') return `time: missing unit in duration ${quoted}`
    if (!DURATION_UNITS.has(unit)) return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`
  }
  return `time: invalid duration ${quoted}`
}
