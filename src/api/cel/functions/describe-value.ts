/** A value as an error message has it. */
import { formatDuration, formatTimestamp, Duration, Timestamp } from '../values/time.ts'
import { typeOfValue } from '../values/types-of.ts'
import { Uint, type Value } from '../values/value.ts'
import { formatDouble } from './format-double.ts'

export function describeValue(value: Value): string {
  if (typeof value === 'number') return formatDouble(value, 21)
  if (value === null || typeof value !== 'object') return String(value)
  if (value instanceof Uint) return String(value.value)
  if (value instanceof Timestamp) return formatTimestamp(value)
  if (value instanceof Duration) return formatDuration(value)
  return typeOfValue(value).name
}
