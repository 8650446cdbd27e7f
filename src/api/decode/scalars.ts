/** Scalars as the API keeps them: times in UTC, quantities canonical, integers in range. */
import { writtenQuantity } from '../quantity/index.ts'
import type { ScalarType } from '../schema/index.ts'
import { isApiError } from '../status.ts'
import { MAX_INT64, MIN_INT64 } from './exact-json.ts'

/** `problem` is missing where the JSON type alone is wrong. */
export type DecodedScalar = { ok: true; value: unknown } | { ok: false; problem?: string }

const WRONG_TYPE: DecodedScalar = { ok: false }
const asIs = (value: unknown, holds: boolean): DecodedScalar => (holds ? { ok: true, value } : WRONG_TYPE)

export function decodeScalar(type: ScalarType, value: unknown): DecodedScalar {
  switch (type) {
    case 'string':
      return asIs(value, typeof value === 'string')
    case 'boolean':
      return asIs(value, typeof value === 'boolean')
    case 'int32':
      return asIs(value, isInt32(value))
    case 'int64':
      return decodeInt64(value)
    case 'double':
      return asIs(
        typeof value === 'bigint' ? Number(value) : value,
        typeof value === 'number' || typeof value === 'bigint',
      )
    case 'intOrString':
      return asIs(value, typeof value === 'string' || isInt32(value))
    case 'bytes':
      return decodeBytes(value)
    case 'time':
      return decodeTime(value, 0)
    case 'microTime':
      return decodeTime(value, 6)
    case 'quantity':
      return decodeQuantity(value)
    case 'any':
      return { ok: true, value }
  }
}

/** What a program made of the largest or the smallest that has only doubles is taken for what it was. */
function decodeInt64(value: unknown): DecodedScalar {
  if (typeof value === 'bigint') return { ok: true, value }
  if (value === 2 ** 63) return { ok: true, value: MAX_INT64 }
  if (value === -(2 ** 63)) return { ok: true, value: MIN_INT64 }
  return asIs(value, Number.isSafeInteger(value))
}

const isInt32 = (value: unknown): boolean => Number.isInteger(value) && value === ((value as number) | 0)

/** `inList`: of a list of resources. */
export function decodeQuantity(value: unknown, inList = false): DecodedScalar {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return WRONG_TYPE
  const given = typeof value === 'string' ? value.trim() : typeof value === 'bigint' ? String(value) : value
  try {
    return { ok: true, value: writtenQuantity(given, { inList }) }
  } catch (error) {
    if (isApiError(error)) return { ok: false, problem: error.message }
    throw error
  }
}

function decodeBytes(value: unknown): DecodedScalar {
  if (typeof value !== 'string') return WRONG_TYPE
  // Line breaks are allowed inside base64, as Go's decoder allows them.
  const text = value.replace(/[\r\n]/g, '')
  const bad = text.search(/[^A-Za-z0-9+/=]|=(?=[^=])|={3}/)
  if (bad === -1 && text.length % 4 === 0) return { ok: true, value: text }
  return {
    ok: false,
    problem: `illegal base64 data at input byte ${bad === -1 ? text.length - (text.length % 4) : bad}`,
  }
}

const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/

/** `decimals` is how many of a second's decimals are kept. */
function decodeTime(value: unknown, decimals: 0 | 6): DecodedScalar {
  if (typeof value !== 'string') return WRONG_TYPE
  const match = RFC3339.exec(value)
  const epochMs = match === null ? Number.NaN : Date.parse(`${match[1]}${match[3]}`)
  if (match === null || Number.isNaN(epochMs)) {
    const layout = decimals === 0 ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00'
    return { ok: false, problem: `parsing time "${value}" as "${layout}": cannot parse "${value}" as "2006"` }
  }
  if (decimals === 0 && isCanonicalTime(match)) return { ok: true, value }
  const seconds = new Date(epochMs).toISOString().slice(0, 19)
  if (decimals === 0) return { ok: true, value: `${seconds}Z` }
  return { ok: true, value: `${seconds}.${(match[2] ?? '').padEnd(6, '0').slice(0, 6)}Z` }
}

/** Whether writing a time that parses would give the same text: UTC, no decimals, a day that every month has, no hour 24. */
const isCanonicalTime = ({ 1: seconds = '', 2: decimals, 3: zone }: RegExpExecArray): boolean =>
  zone === 'Z' && decimals === undefined && seconds.slice(8, 10) <= '28' && seconds.slice(11, 13) !== '24'
