/** Schedules of CronJobs: five fields (minute, hour, day of month, month, day of week) or a word for them.
 *  Source: github.com/robfig/cron v3.0.1, ParseStandard, whose words these are. */
import { parseGoDuration } from '../../cel/values/time.ts'
import { timeZoneProblem } from './time-zone.ts'

interface Bounds {
  min: number
  max: number
  names?: readonly string[]
}

const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
]
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']
const EVERY = '@every '
const DURATION_UNITS = new Set(['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h'])
const ZONE = /^(?:CRON_)?TZ=([^ ]*) (.*)$/s
const MAX_INT64 = 2n ** 63n - 1n

class ScheduleError extends Error {
  override name = 'ScheduleError'
}

/** What is wrong with a schedule; undefined when nothing is. */
export function scheduleProblem(text: string): string | undefined {
  const zoned = ZONE.exec(text)
  const [, zone = '', rest = ''] = zoned ?? ['', '', text]
  const wrongZone = zoned === null ? undefined : timeZoneProblem(zone)
  if (wrongZone !== undefined) return `provided bad location ${zone}: ${wrongZone}`
  const spec = zoned === null ? rest : rest.trim()
  if (spec.startsWith('@')) return descriptorProblem(spec)
  const fields = spec.split(/\s+/).filter((field) => field !== '')
  if (fields.length !== FIELDS.length)
    return `expected exactly ${FIELDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`
  try {
    for (const [index, bounds] of FIELDS.entries())
      for (const range of (fields[index] ?? '').split(',')) if (range !== '') checkRange(range, bounds)
    return undefined
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error
    return error.message
  }
}

function descriptorProblem(text: string): string | undefined {
  if (DESCRIPTORS.includes(text)) return undefined
  if (!text.startsWith(EVERY)) return `unrecognized descriptor: ${text}`
  const why = durationProblem(text.slice(EVERY.length))
  return why === undefined ? undefined : `failed to parse duration ${text}: ${why}`
}

/** In the words of Go's time.ParseDuration. */
function durationProblem(text: string): string | undefined {
  if (parseGoDuration(text) !== undefined) return undefined
  const quoted = JSON.stringify(text)
  for (const [, number = '', unit = ''] of text.replace(/^[+-]/, '').matchAll(/(\d*\.?\d*)([^.\d]*)/g)) {
    if (!/\d/.test(number)) break
    if (unit === '') return `time: missing unit in duration ${quoted}`
    if (!DURATION_UNITS.has(unit)) return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`
  }
  return `time: invalid duration ${quoted}`
}

function checkRange(text: string, bounds: Bounds): void {
  const [range = '', stepText, ...moreSteps] = text.split('/')
  const [low = '', high, ...moreBounds] = range.split('-')
  const isStar = low === '*' || low === '?'
  const start = isStar ? bounds.min : numberOf(low, bounds.names)
  let end = isStar ? bounds.max : start
  if (!isStar && moreBounds.length > 0) throw new ScheduleError(`too many hyphens: ${text}`)
  if (!isStar && high !== undefined) end = numberOf(high, bounds.names)
  if (moreSteps.length > 0) throw new ScheduleError(`too many slashes: ${text}`)
  const step = stepText === undefined ? 1 : numberOf(stepText)
  // `5/15` goes on to the end.
  if (stepText !== undefined && high === undefined) end = bounds.max
  if (start < bounds.min)
    throw new ScheduleError(`beginning of range (${start}) below minimum (${bounds.min}): ${text}`)
  if (end > bounds.max) throw new ScheduleError(`end of range (${end}) above maximum (${bounds.max}): ${text}`)
  if (start > end) throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${text}`)
  if (step === 0) throw new ScheduleError(`step of range should be a positive number: ${text}`)
}

function numberOf(text: string, names: readonly string[] = []): number {
  const named = names.indexOf(text.toLowerCase())
  // Months count from one.
  if (named >= 0) return names.length === 12 ? named + 1 : named
  const wrong = (why: string) =>
    new ScheduleError(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`)
  if (!/^[+-]?\d+$/.test(text)) throw wrong('invalid syntax')
  const value = BigInt(text.replace(/^\+/, ''))
  if (value > MAX_INT64 || value < -MAX_INT64 - 1n) throw wrong('value out of range')
  if (value < 0n) throw new ScheduleError(`negative number (${value}) not allowed: ${text}`)
  return Number(value)
}
