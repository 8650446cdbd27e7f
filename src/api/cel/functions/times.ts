/** Parts of timestamps, in UTC or a zone, and of durations. Source: cel-go v0.26, common/types/{timestamp,duration}.go. */
import { type Implementation, method, type Overload } from '../check/overload.ts'
import { DURATION, INT, STRING, TIMESTAMP } from '../check/types.ts'
import { Duration, floorDivide, NANOS_PER_SECOND, Timestamp } from '../values/time.ts'
import { EvalError, noSuchOverload } from '../values/value.ts'
import { zoneOffset } from '../../zone-offset.ts'

/** A date whose UTC parts are those of the zone. */
type Part = (local: Date) => number

const MILLIS = 1_000_000n
const DAY_MS = 86_400_000

const dayOfYear: Part = (local) => {
  const start = new Date(local)
  start.setUTCMonth(0, 1)
  return Math.floor((local.getTime() - start.getTime()) / DAY_MS)
}

const PARTS: Readonly<Record<string, Part>> = {
  getFullYear: (local) => local.getUTCFullYear(),
  getMonth: (local) => local.getUTCMonth(),
  getDayOfYear: dayOfYear,
  getDayOfMonth: (local) => local.getUTCDate() - 1,
  getDate: (local) => local.getUTCDate(),
  getDayOfWeek: (local) => local.getUTCDay(),
  getHours: (local) => local.getUTCHours(),
  getMinutes: (local) => local.getUTCMinutes(),
  getSeconds: (local) => local.getUTCSeconds(),
  getMilliseconds: (local) => local.getUTCMilliseconds(),
}

const UNITS: Readonly<Record<string, bigint>> = {
  getHours: 3600n * NANOS_PER_SECOND,
  getMinutes: 60n * NANOS_PER_SECOND,
  getSeconds: NANOS_PER_SECOND,
  getMilliseconds: MILLIS,
}

const partOf =
  (part: Part): Implementation =>
  ([time, zone = 'UTC']) => {
    if (!(time instanceof Timestamp) || typeof zone !== 'string') return noSuchOverload()
    const utc = Number(floorDivide(time.nanos, MILLIS))
    const offset = offsetOf(zone, utc)
    return offset === undefined ? new EvalError(`unknown time zone ${zone}`) : BigInt(part(new Date(utc + offset)))
  }

/** How far the zone is from UTC then, in milliseconds; undefined: no such zone. */
function offsetOf(zone: string, utc: number): number | undefined {
  const fixed = /^([+-]?)(\d{1,2}):(\d{1,2})$/.exec(zone)
  if (fixed !== null) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000
  return zoneOffset(zone)?.(utc)
}

const unitsOf =
  (unit: bigint): Implementation =>
  ([duration]) =>
    duration instanceof Duration ? duration.nanos / unit : noSuchOverload()

export const timeFunctions: Record<string, readonly Overload[]> = Object.fromEntries(
  Object.entries(PARTS).map(([name, part]) => {
    const unit = UNITS[name]
    const overloads = [
      method([`timestamp_${name}`, [TIMESTAMP], INT], partOf(part)),
      method([`timestamp_${name}_with_tz`, [TIMESTAMP, STRING], INT], partOf(part)),
    ]
    return [
      name,
      unit === undefined ? overloads : [...overloads, method([`duration_${name}`, [DURATION], INT], unitsOf(unit))],
    ]
  }),
)
