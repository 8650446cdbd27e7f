/** One of the five fields of a schedule: numbers, names, ranges and steps, separated by commas.
 *  Source: github.com/robfig/cron v3.0.1, getField and getRange, whose words these are. */
import { ScheduleError, type Values } from './schedule.ts'

export interface Bounds {
  min: number
  max: number
  names?: readonly string[]
}

const MAX_INT64 = 2n ** 63n - 1n

/** Throws ScheduleError. */
export function parseField(text: string, bounds: Bounds): Values {
  const ranges = text
    .split(',')
    .filter((range) => range !== '')
    .map((range) => parseRange(range, bounds))
  return {
    has: (value) =>
      ranges.some(({ start, end, step }) => value >= start && value <= end && (value - start) % step === 0),
    isAny: ranges.some(({ isAny }) => isAny),
  }
}

function parseRange(text: string, bounds: Bounds) {
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
  return { start, end, step, isAny: isStar && step === 1 }
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
