/** Quantities: exact decimal numbers with a suffix, as in `500m`, `1.5Gi`, `1e3`.
 *  Source: k8s.io/apimachinery v0.34, pkg/api/resource (grammar, canonical form, rounding). */
import { badQuantity } from './errors.ts'
import { remember } from './remember.ts'
import { parseSuffix, type QuantityFormat, suffixFor } from './suffix.ts'

/** The value is `digits × 10^exponent`, exactly. `format` is the family of suffixes it is printed with. */
export interface Quantity {
  readonly digits: bigint
  readonly exponent: number
  readonly format: QuantityFormat
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/
/** Nothing smaller than 10^-9 is kept, and with a binary suffix nothing larger than 2^63-1 (`LARGEST` counts it in
 *  10^-9). */
const SMALLEST_EXPONENT = -9
const LARGEST_INTEGER = 2n ** 63n - 1n
const LARGEST = LARGEST_INTEGER * 10n ** 9n

/** Throws ApiError BadRequest, worded as Kubernetes words it, for what is no quantity. */
export function parseQuantity(value: string | number): Quantity {
  return readQuantity(typeof value === 'number' ? String(value) : value)
}

const readQuantity = remember((text): Quantity => {
  const match = NUMBER.exec(text)
  const [, sign = '', whole = '', fraction = '', suffixText = ''] = match ?? []
  const suffix = match === null || text.length > 100 ? undefined : parseSuffix(suffixText)
  if (suffix === undefined || whole + fraction === '') throw badQuantity()
  const magnitude = BigInt(whole + fraction) * suffix.multiplier
  return normalise(sign === '-' ? -magnitude : magnitude, suffix.exponent - fraction.length, suffix.format)
})

/** Rounds up (away from zero) past the ninth decimal place, caps binary ones, and drops trailing zeros of the digits. */
function normalise(digits: bigint, exponent: number, format: QuantityFormat): Quantity {
  if (digits === 0n) return { digits: 0n, exponent: 0, format }
  if (exponent < SMALLEST_EXPONENT) {
    digits = scale({ digits, exponent, format }, SMALLEST_EXPONENT)
    exponent = SMALLEST_EXPONENT
  }
  while (digits % 10n === 0n) {
    digits /= 10n
    exponent += 1
  }
  const overflows =
    format === 'BinarySI' && scale({ digits: abs(digits), exponent, format }, SMALLEST_EXPONENT) > LARGEST
  return overflows
    ? { digits: digits < 0n ? -LARGEST_INTEGER : LARGEST_INTEGER, exponent: 0, format }
    : { digits, exponent, format }
}

const abs = (value: bigint) => (value < 0n ? -value : value)

/** The value in units of 10^`exponent`, rounded away from zero. */
function scale(quantity: Quantity, exponent: number): bigint {
  const shift = quantity.exponent - exponent
  if (shift >= 0) return quantity.digits * 10n ** BigInt(shift)
  // Past 200 places nothing of what fits in a quantity's text is left but the rounding.
  const divisor = 10n ** BigInt(Math.min(-shift, 200))
  const quotient = quantity.digits / divisor
  if (quantity.digits % divisor === 0n) return quotient
  return quotient + (quantity.digits < 0n ? -1n : 1n)
}

const asQuantity = (value: string | number | Quantity): Quantity =>
  typeof value === 'object' ? value : parseQuantity(value)

/** Thousandths, rounded up: `1.5` is 1500, `100u` is 1. */
export function quantityMilli(value: string | number | Quantity): number {
  return finite(scale(asQuantity(value), -3))
}

/** Whole units, rounded up: bytes of `1.5Ki` are 1536, `100m` is 1. */
export function quantityValue(value: string | number | Quantity): number {
  return finite(scale(asQuantity(value), 0))
}

const finite = (value: bigint): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, Number(value)))

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: string | number | Quantity, b: string | number | Quantity): number {
  const [left, right] = [asQuantity(a), asQuantity(b)]
  const exponent = Math.min(left.exponent, right.exponent)
  const difference = scale(left, exponent) - scale(right, exponent)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** `a` plus `factor` times `b`, exactly, printed as `a` is (as `b`, where `a` is zero). */
export function addQuantities(
  a: string | number | Quantity,
  b: string | number | Quantity,
  factor: 1 | -1 = 1,
): Quantity {
  const [left, right] = [asQuantity(a), asQuantity(b)]
  const exponent = Math.min(left.exponent, right.exponent)
  const sum = scale(left, exponent) + BigInt(factor) * scale(right, exponent)
  return normalise(sum, exponent, left.digits === 0n ? right.format : left.format)
}

/** Canonical text of the value rounded up to a multiple of 10^`exponent`. */
export function roundQuantityUp(value: string | number, exponent: number): string {
  const quantity = parseQuantity(value)
  if (quantity.exponent >= exponent) return formatQuantity(quantity)
  return formatQuantity(normalise(scale(quantity, exponent), exponent, quantity.format))
}

/** The text that is stored and answered. What Go's quick way of reading takes for canonical stays as it is written, though
 *  it may not be: `3.338`, `2.0e1`. In a list of resources (`inList`), amounts are rounded up to thousandths.
 *  Source: resource.ParseQuantity; SetDefaults_ResourceList. */
export function writtenQuantity(value: string | number, { inList = false } = {}): string {
  return (inList ? writtenInList : writtenAlone)(String(value))
}

const writtenAlone = remember((text) => (keptExponent(text) === undefined ? formatQuantity(parseQuantity(text)) : text))
const writtenInList = remember((text) => {
  const exponent = keptExponent(text)
  return exponent !== undefined && exponent >= -3 ? text : roundQuantityUp(text, -3)
})

/** As many digits as a number of 64 bits has room for in any case. */
const QUICK_DIGITS = 18
const QUICK_BINARY_DIGITS = 14

/** Of a text that stays as it is, the power of ten that it counts; undefined for all others. */
function keptExponent(text: string): number | undefined {
  const [, , whole = '', fraction = '', suffixText = ''] = NUMBER.exec(text) ?? []
  const suffix = text.length > 100 ? undefined : parseSuffix(suffixText)
  if (suffix === undefined || whole + fraction === '') return undefined
  const digits = (whole.replace(/^0+/, '') || '0') + fraction
  if (suffix.format === 'BinarySI') {
    const power = suffix.multiplier.toString(2).length - 1
    const fits = digits.length + Math.trunc((power * 3) / 10) <= QUICK_BINARY_DIGITS
    return fits && fraction === '' && BigInt(digits) % 8n !== 0n ? 0 : undefined
  }
  const exponent = suffix.exponent - fraction.length
  const canonical = exponent % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0')
  return canonical && digits.length <= QUICK_DIGITS && exponent >= SMALLEST_EXPONENT ? exponent : undefined
}

/** The canonical form: no fraction, no lost precision, the largest suffix that allows both. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.digits === 0n) return '0'
  const { digits, exponent, format } = quantity
  if (format === 'BinarySI') {
    const text = formatBinary(quantity)
    if (text !== undefined) return text
  }
  const family = format === 'DecimalExponent' ? 'DecimalExponent' : 'DecimalSI'
  const third = Math.floor(exponent / 3) * 3
  const power = family === 'DecimalSI' ? Math.min(third, 18) : third
  return `${digits * 10n ** BigInt(exponent - power)}${suffixFor(family, power)}`
}

/** Undefined where binary suffixes do not apply: below 1024, and where a fraction would be left. */
function formatBinary(quantity: Quantity): string | undefined {
  if (quantity.exponent < 0) return undefined
  let value = scale(quantity, 0)
  if (abs(value) < 1024n) return undefined
  let power = 0
  while (value % 1024n === 0n && power < 60) {
    value /= 1024n
    power += 10
  }
  return `${value}${suffixFor('BinarySI', power)}`
}
