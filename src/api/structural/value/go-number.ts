/** Numbers as Go has them: an integer of 64 bits or a floating point number, printed as `%v` prints them. */

/** Whether Go's JSON reader would have made an int64 of it: an integer that a double does not hold safely is a BigInt
 *  here (decode/exact-json.ts). */
export const isInt64 = (value: number | bigint): boolean => typeof value === 'bigint' || Number.isSafeInteger(value)

export const goNumber = (value: number | bigint): string =>
  typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : goFloat(value)

/** With an exponent where the number would be long: of two digits at least. */
export function goFloat(value: number): string {
  const size = Math.abs(value)
  const text = size !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential() : String(value)
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}
