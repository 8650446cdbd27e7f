/** Conversions: int(), uint(), double(), string(), bytes(), bool(), timestamp(), duration(), dyn(), type().
 *  Source: cel-go v0.26, common/stdlib and common/types. */
import { A, type FunctionDeclaration, func, type Implementation, type Overload } from '../check/overload.ts'
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  formatType,
  INT,
  STRING,
  TIMESTAMP,
  typeOf,
  UINT,
} from '../check/types.ts'
import { INT_MAX, INT_MIN, UINT_MAX } from '../values/numbers.ts'
import {
  Duration,
  floorDivide,
  formatDuration,
  formatTimestamp,
  NANOS_PER_SECOND,
  parseGoDuration,
  parseTimestamp,
  Timestamp,
} from '../values/time.ts'
import { typeOfValue } from '../values/types-of.ts'
import { EvalError, type Result, TypeValue, Uint, type Value } from '../values/value.ts'
import { inInt, inTimestamp, inUint } from './arithmetic.ts'
import { formatDouble } from './format-double.ts'

const identity: Implementation = ([value = null]) => value

/** `what`: the type's run-time name, as the error has it. */
const cannot = (value: Value, what: CelType): EvalError =>
  new EvalError(`type conversion error from '${typeOfValue(value).name}' to '${what.name}'`)

const DECIMAL = /^[+-]?[0-9]+$/
const FLOAT = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const MAX_DIGITS = 40

function toInt(value: Value): Result {
  if (value instanceof Uint) return inInt(value.value)
  if (value instanceof Timestamp) return floorDivide(value.nanos, NANOS_PER_SECOND)
  if (value instanceof Duration) return value.nanos
  if (typeof value === 'number') {
    const fits = value > Number(INT_MIN) && value < Number(INT_MAX)
    return fits ? BigInt(Math.trunc(value)) : new EvalError('integer overflow')
  }
  if (typeof value !== 'string' || !DECIMAL.test(value) || value.length > MAX_DIGITS) return cannot(value, INT)
  const parsed = BigInt(value.replace('+', ''))
  return parsed < INT_MIN || parsed > INT_MAX ? cannot(value, INT) : parsed
}

function toUint(value: Value): Result {
  if (typeof value === 'bigint') return inUint(value)
  if (typeof value === 'number') {
    const fits = value >= 0 && value < Number(UINT_MAX)
    return fits ? new Uint(BigInt(Math.trunc(value))) : new EvalError('unsigned integer overflow')
  }
  if (typeof value !== 'string' || !/^[0-9]+$/.test(value) || value.length > MAX_DIGITS) return cannot(value, UINT)
  const parsed = BigInt(value)
  return parsed > UINT_MAX ? cannot(value, UINT) : new Uint(parsed)
}

function toDouble(value: Value): Result {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Uint) return Number(value.value)
  if (typeof value !== 'string') return cannot(value, DOUBLE)
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(value)
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return special[1] === '' ? Number.NaN : cannot(value, DOUBLE)
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (!FLOAT.test(value)) return cannot(value, DOUBLE)
  const parsed = Number(value)
  return Number.isFinite(parsed) ? parsed : cannot(value, DOUBLE)
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function toText(value: Value): Result {
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return formatDouble(value)
  if (value instanceof Uint) return String(value.value)
  if (value instanceof Timestamp) return formatTimestamp(value)
  if (value instanceof Duration) return formatDuration(value)
  if (!(value instanceof Uint8Array)) return cannot(value, STRING)
  try {
    return UTF8.decode(value)
  } catch {
    return new EvalError('invalid UTF-8 in bytes, cannot convert to string')
  }
}

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

function toBool(value: Value): Result {
  if (typeof value === 'string' && TRUE.has(value)) return true
  return typeof value === 'string' && FALSE.has(value) ? false : cannot(value, BOOL)
}

function toTimestamp(value: Value): Result {
  if (typeof value === 'bigint') return inTimestamp(value * NANOS_PER_SECOND)
  const parsed = typeof value === 'string' ? parseTimestamp(value) : undefined
  return parsed === undefined ? cannot(value, TIMESTAMP) : inTimestamp(parsed.nanos, parsed.offset)
}

function toDuration(value: Value): Result {
  if (typeof value === 'bigint') return new Duration(value)
  const nanos = typeof value === 'string' ? parseGoDuration(value) : undefined
  return nanos === undefined ? cannot(value, DURATION) : new Duration(nanos)
}

const WORDS = new Map<CelType, string>([
  [INT, 'int64'],
  [UINT, 'uint64'],
])
const word = (type: CelType): string => WORDS.get(type) ?? formatType(type)

/** Overloads that make `result` of each of `from`, and of itself. */
function conversion(result: CelType, from: readonly CelType[], convert: (value: Value) => Result): Overload[] {
  const call: Implementation = ([value = null]) => convert(value)
  return [
    func([`${word(result)}_to_${word(result)}`, [result], result], identity),
    ...from.map((type) => func([`${word(type)}_to_${word(result)}`, [type], result], call)),
  ]
}

export const conversions: Record<string, readonly Overload[] | FunctionDeclaration> = {
  type: {
    overloads: [func(['type', [A], typeOf(A)], ([value = null]) => new TypeValue(typeOfValue(value)))],
  },
  dyn: { overloads: [func(['to_dyn', [A], DYN], identity)] },
  int: conversion(INT, [DOUBLE, DURATION, STRING, TIMESTAMP, UINT], toInt),
  uint: conversion(UINT, [DOUBLE, INT, STRING], toUint),
  double: conversion(DOUBLE, [INT, STRING, UINT], toDouble),
  bool: conversion(BOOL, [STRING], toBool),
  bytes: conversion(BYTES, [STRING], (value) =>
    typeof value === 'string' ? Buffer.from(value) : cannot(value, BYTES),
  ),
  string: conversion(STRING, [BOOL, BYTES, DOUBLE, DURATION, INT, TIMESTAMP, UINT], toText),
  timestamp: conversion(TIMESTAMP, [INT, STRING], toTimestamp),
  duration: conversion(DURATION, [INT, STRING], toDuration),
}
