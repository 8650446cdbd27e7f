/** `<` and its kin. Source: CEL specification, ordering. */
import { compareNumbers, isMixedNumber } from './numbers.ts'
import { Duration, Timestamp } from './time.ts'
import type { Value } from './value.ts'
import { type EvalError, noSuchOverload } from './value.ts'

/** -1, 0 or 1. */
export function compare(a: Value, b: Value): number | EvalError {
  if (isMixedNumber(a)) return isMixedNumber(b) ? compareNumbers(a, b) : noSuchOverload()
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof Timestamp && b instanceof Timestamp) return compareNumbers(a.nanos, b.nanos)
  if (a instanceof Duration && b instanceof Duration) return compareNumbers(a.nanos, b.nanos)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
  return noSuchOverload()
}

/** By code points, as UTF-8 bytes order them; JavaScript's own order is by UTF-16 units. */
export function compareStrings(a: string, b: string): number {
  const shared = Math.min(a.length, b.length)
  for (let index = 0; index < shared; index++) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left !== right) return rank(left) < rank(right) ? -1 : 1
  }
  return Math.sign(a.length - b.length)
}

/** Surrogates stand for code points above all others. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
