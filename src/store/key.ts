/** Keys: which strings may be one, and how they are ordered (by code point, which is also the byte order of UTF-8). */
import { StoreError } from './errors.ts'

/** Whether the string can be stored unchanged. */
export function isStorableKey(key: string): boolean {
  return key !== '' && key.isWellFormed() && !key.includes('\0')
}

export function checkKey(key: string): void {
  if (!isStorableKey(key))
    throw new StoreError(
      'invalidKey',
      `${JSON.stringify(key)} cannot be a key: it is empty, holds a NUL or is no valid text`,
    )
}

/** The least string after all that start with `prefix`. */
export function endOfPrefix(prefix: string): string {
  return `${prefix}\u{10ffff}`
}

/** Compares by code point. `<` compares UTF-16 units, which differs where a surrogate meets U+E000 and above. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  let i = 0
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  if (i === length) return a.length - b.length
  const x = a.charCodeAt(i)
  const y = b.charCodeAt(i)
  const bothPlain = x < 0xd800 || y < 0xd800
  if (bothPlain) return x - y
  return rankOfUnit(x) - rankOfUnit(y)
}

/** Surrogates stand for code points above all others of 16 bits. */
function rankOfUnit(unit: number): number {
  return unit <= 0xdfff ? unit + 0x10000 : unit
}

/** The index of the first key not before `key` in a sorted array. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareKeys(keys[middle] as string, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
