/** Points in time and spans, in nanoseconds. */

export class Timestamp {
  /** Since 1970. */
  readonly nanos: bigint
  /** Minutes east of UTC; only its text shows it. */
  readonly offset: number
  constructor(nanos: bigint, offset = 0) {
    this.nanos = nanos
    this.offset = offset
  }
}

export class Duration {
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

export const NANOS_PER_SECOND = 1_000_000_000n
/** The years 1 to 9999. */
const MIN_SECONDS = -62_135_596_800n
const MAX_SECONDS = 253_402_300_799n

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}

export function isTimestampInRange(nanos: bigint): boolean {
  const seconds = floorDivide(nanos, NANOS_PER_SECOND)
  return seconds >= MIN_SECONDS && seconds <= MAX_SECONDS
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: NANOS_PER_SECOND,
  m: 60n * NANOS_PER_SECOND,
  h: 3600n * NANOS_PER_SECOND,
}
const PART = /([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/y
const INT64_MAX = 9_223_372_036_854_775_807n

/** As Go's time.ParseDuration: `1h2m3.5s`. */
export function parseGoDuration(text: string): bigint | undefined {
  const negative = text.startsWith('-')
  const body = text.replace(/^[+-]/, '')
  if (body === '0') return 0n
  if (body === '') return undefined
  let total = 0n
  PART.lastIndex = 0
  while (PART.lastIndex < body.length) {
    const match = PART.exec(body)
    if (match === null) return undefined
    const [, whole = '', fraction = '', unit = ''] = match
    const scale = UNITS[unit]
    if (scale === undefined || (whole === '' && fraction === '') || whole.length > 30) return undefined
    const digits = fraction.slice(0, 18)
    total += BigInt(whole || '0') * scale + (BigInt(digits || '0') * scale) / 10n ** BigInt(digits.length)
    if (total > INT64_MAX + 1n) return undefined
  }
  if (!negative && total > INT64_MAX) return undefined
  return negative ? -total : total
}

/** As CEL's string(duration): seconds, `3723.5s`. */
export function formatDuration({ nanos }: Duration): string {
  const absolute = nanos < 0n ? -nanos : nanos
  const fraction = (absolute % NANOS_PER_SECOND).toString().padStart(9, '0').replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${absolute / NANOS_PER_SECOND}${fraction === '' ? '' : `.${fraction}`}s`
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,}))?(Z|[+-]\d{2}:\d{2})$/

/** As Go's time.Parse with RFC 3339; undefined where a field is out of range. */
export function parseTimestamp(text: string): Timestamp | undefined {
  if (text.length > 100) return undefined
  const match = RFC3339.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match
  const parts = [year, month, day, hour, minute, second].map(Number) as [number, number, number, number, number, number]
  if (parts[3] > 23 || parts[4] > 59 || parts[5] > 59) return undefined
  const date = utcDate(...parts)
  if (date === undefined) return undefined
  const nanos = BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  const offset = zoneOffset(zone)
  if (offset === undefined) return undefined
  return new Timestamp(BigInt(date - offset * MINUTE_MS) * 1_000_000n + nanos, offset)
}

function utcDate(year: number, month: number, day: number, hour: number, minute: number, second: number) {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined
}

const MINUTE_MS = 60_000

/** In minutes. */
function zoneOffset(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 24 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** RFC 3339, with as many digits of a second as are not zero. */
export function formatTimestamp({ nanos, offset }: Timestamp): string {
  const seconds = floorDivide(nanos, NANOS_PER_SECOND)
  const fraction = (nanos - seconds * NANOS_PER_SECOND).toString().padStart(9, '0').replace(/0+$/, '')
  const text = new Date(Number(seconds) * 1000 + offset * MINUTE_MS).toISOString().slice(0, 19)
  return `${text}${fraction === '' ? '' : `.${fraction}`}${formatOffset(offset)}`
}

function formatOffset(offset: number): string {
  if (offset === 0) return 'Z'
  const two = (part: number) => String(Math.trunc(Math.abs(part))).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`
}
