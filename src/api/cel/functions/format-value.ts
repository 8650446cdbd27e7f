/** Values as the clauses of `string.format` show them. Source: cel-go v0.26, ext/formatting.go. */
import { Duration, formatDuration, formatTimestamp, Timestamp } from '../values/time.ts'
import { typeOfValue } from '../values/types-of.ts'
import { isError, ListValue, MapValue, type Meter, TypeValue, Uint, type Value } from '../values/value.ts'
import { BadTemplate, type Clause, clauseProblem } from './format-template.ts'
import { formatDouble } from './format-double.ts'
import { goQuote } from '../../formats/index.ts'

const DEFAULT_PRECISION = 6
/** JavaScript writes no more digits behind the point. */
const MAX_DIGITS = 100

/** Throws BadTemplate for a value that the clause cannot show. */
export function formatClause({ kind, precision }: Clause, value: Value, meter: Meter): string {
  const digits = precision ?? DEFAULT_PRECISION
  switch (kind) {
    case 's':
      return formatString(value, meter)
    case 'd':
      return integerOf(value, kind).toString()
    case 'f':
      return fixed(doubleOf(value, kind), digits, meter)
    case 'e':
      return scientific(doubleOf(value, kind), digits, meter)
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : integerOf(value, kind).toString(2)
    case 'o':
      return integerOf(value, kind).toString(8)
    default:
      return hex(value, kind)
  }
}

const refuse = (kind: Clause['kind'], value: Value): never => {
  throw new BadTemplate(`error during formatting: ${clauseProblem(kind, typeOfValue(value).name)}`)
}

function integerOf(value: Value, kind: Clause['kind']): bigint {
  if (typeof value === 'bigint') return value
  return value instanceof Uint ? value.value : refuse(kind, value)
}

function doubleOf(value: Value, kind: Clause['kind']): number {
  if (typeof value === 'number') return value
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
  return refuse(kind, value)
}

const special = (value: number): string | undefined =>
  Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? undefined : value > 0 ? '∞' : '-∞'

/** With commas between thousands. */
function fixed(value: number, precision: number, meter: Meter): string {
  meter.work(precision / 16)
  const word = special(value)
  if (word !== undefined) return word
  const text = Math.abs(value) < 1e21 ? value.toFixed(Math.min(precision, MAX_DIGITS)) : BigInt(value).toString()
  const [whole = '', fraction] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const zeros = '0'.repeat(Math.max(0, precision - (fraction?.length ?? 0)))
  return precision === 0 ? grouped : `${grouped}.${fraction ?? ''}${zeros}`
}

const RAISED: Readonly<Record<string, string>> = { '-': '⁻', ...Object.fromEntries(Array.from('⁰¹²³⁴⁵⁶⁷⁸⁹').entries()) }

function scientific(value: number, precision: number, meter: Meter): string {
  meter.work(precision / 16)
  const word = special(value)
  if (word !== undefined) return word
  const [digits = '', exponent = '0'] = value.toExponential(Math.min(precision, MAX_DIGITS)).split('e')
  const power = Math.abs(Number(exponent)).toString().padStart(2, '0')
  const raised = Array.from(power, (digit) => RAISED[digit] ?? digit).join('')
  return `${digits}×10${exponent.startsWith('-') ? RAISED['-'] : ''}${raised}`
}

function hex(value: Value, kind: Clause['kind']): string {
  let text: string
  if (typeof value === 'string' || value instanceof Uint8Array) text = Buffer.from(value as string).toString('hex')
  else text = integerOf(value, kind).toString(16)
  return kind === 'X' ? text.toUpperCase() : text
}

function formatString(value: Value, meter: Meter): string {
  if (value instanceof ListValue || value instanceof MapValue) return nested(value, meter)
  if (typeof value === 'string') return value
  if (value instanceof Timestamp) return formatTimestamp(value)
  if (value instanceof Duration) return formatDuration(value)
  return simple(value)
}

function simple(value: Value): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return formatDouble(value)
  if (value instanceof Uint) return String(value.value)
  if (value instanceof TypeValue) return value.type.name
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : refuse('s', value)
}

/** Inside lists and maps strings are quoted. */
function nested(value: Value, meter: Meter): string {
  meter.work(1)
  if (value instanceof ListValue) {
    const parts: string[] = []
    for (let index = 0; index < value.size; index++) {
      const element = value.get(index)
      if (isError(element)) throw new BadTemplate(element.message)
      parts.push(nested(element, meter))
    }
    return `[${parts.join(', ')}]`
  }
  if (value instanceof MapValue) return nestedMap(value, meter)
  if (typeof value === 'string') return goQuote(value)
  if (value instanceof Uint8Array) return `b${goQuote(Buffer.from(value).toString('utf8'))}`
  if (value instanceof Timestamp) return `timestamp(${goQuote(formatTimestamp(value))})`
  if (value instanceof Duration) return `duration(${goQuote(formatDuration(value))})`
  if (typeof value !== 'number') return simple(value)
  return Number.isFinite(value) ? value.toFixed(DEFAULT_PRECISION) : `"${formatDouble(value)}"`
}

function nestedMap(map: MapValue, meter: Meter): string {
  const parts: string[] = []
  for (const key of map.keys()) {
    const value = map.find(key) ?? null
    if (isError(value)) throw new BadTemplate(value.message)
    parts.push(`${nested(key, meter)}:${nested(value, meter)}`)
  }
  return `{${parts.sort().join(', ')}}`
}
