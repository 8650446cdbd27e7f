/** A value as text, for comparing with what Kubernetes' own evaluation gave. */
import { formatDouble } from '../functions/format-double.ts'
import { Duration, formatDuration, formatTimestamp, Timestamp } from '../values/time.ts'
import { isError, ListValue, MapValue, Optional, type Result, TypeValue, Uint } from '../values/value.ts'

export function showValue(value: Result): string {
  if (isError(value)) return `error(${value.message})`
  if (value === null || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return `double(${formatDouble(value, 21)})`
  if (value instanceof Uint) return `${value.value}u`
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('hex')}`
  if (value instanceof Timestamp) return `timestamp(${formatTimestamp(value)})`
  if (value instanceof Duration) return `duration(${formatDuration(value)})`
  if (value instanceof TypeValue) return `type(${value.type.name})`
  if (value instanceof Optional)
    return value.value === undefined ? 'optional.none' : `optional(${showValue(value.value)})`
  if (value instanceof ListValue) {
    return `[${Array.from({ length: value.size }, (_, index) => showValue(value.get(index))).join(',')}]`
  }
  if (!(value instanceof MapValue)) return value.type.name
  return `{${[...value.keys()]
    .map((key) => `${showValue(key)}:${showValue(value.find(key) ?? null)}`)
    .toSorted()
    .join(',')}}`
}
