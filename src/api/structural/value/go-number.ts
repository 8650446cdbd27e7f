/** Numbers as Go has them: an integer of 64 bits or a floating point number, printed as `%v` prints them. */

const INT64_END = 2 ** 63

/** Whether Go's JSON reader would have made an int64 of it. */
export const isInt64 = (value: number): boolean => Number.isInteger(value) && value >= -INT64_END && value < INT64_END

export function goNumber(value: number): string {
  if (isInt64(value) && Math.abs(value) < 1e21) return String(value)
  const size = Math.abs(value)
  // Go writes exponents from 1e-5 down, JavaScript from 1e-7; and with two digits at least.
  const text = size !== 0 && size < 1e-4 ? value.toExponential() : String(value)
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}
