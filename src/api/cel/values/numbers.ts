/** Numbers of three types: int (bigint), uint and double, compared across types without losing a digit. */
import type { Value } from './value.ts'
import { EvalError, Uint } from './value.ts'

export const INT_MIN = -(2n ** 63n)
export const INT_MAX = 2n ** 63n - 1n
export const UINT_MAX = 2n ** 64n - 1n

export type MixedNumber = bigint | number | Uint

export const isMixedNumber = (value: Value): value is MixedNumber =>
  typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint

/** JavaScript compares a bigint with a number by their mathematical values. */
const plain = (value: MixedNumber): bigint | number => (value instanceof Uint ? value.value : value)

export function numbersEqual(a: MixedNumber, b: MixedNumber): boolean {
  // oxlint-disable-next-line eqeqeq -- a bigint and a number are equal only so
  return plain(a) == plain(b)
}

export function compareNumbers(a: MixedNumber, b: MixedNumber): number | EvalError {
  const left = plain(a)
  const right = plain(b)
  if (Number.isNaN(left) || Number.isNaN(right)) return new EvalError('NaN values cannot be ordered')
  if (left < right) return -1
  return left > right ? 1 : 0
}
