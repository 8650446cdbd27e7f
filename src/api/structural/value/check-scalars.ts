/** Texts and numbers against the limits of a schema. Source: k8s.io/kube-openapi, pkg/validation/validate/values.go. */
import { isInt64 } from './go-number.ts'
import * as problems from './problems.ts'
import type { Result } from './result.ts'
import type { Limits, ValueSchema } from './value-schema.ts'

/** Only the first of a text's problems is reported, and that with its format. */
export function checkText(schema: ValueSchema, { value, path }: { value: string; path: string }, result: Result): void {
  const { maxLength, minLength } = schema.limits
  const { pattern, format } = schema
  if (maxLength !== undefined && isLonger(value, maxLength)) result.add(problems.textTooLong(path, maxLength))
  else if (minLength !== undefined && !isLonger(value, minLength - 1))
    result.add(problems.textTooShort(path, minLength, value))
  else if (pattern !== undefined && pattern.compiled?.test(value) !== true)
    result.add(problems.patternMismatch(path, pattern.source, value))
  result.matches += 1
  if (format === undefined) return
  if (!format.check(value)) result.add(problems.wrongType(path, format.name, value))
  result.matches += 1
}

/** Whether a text has more than so many characters, a pair of surrogates being one. */
function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false
  if (text.length > 2 * limit) return true
  let count = 0
  for (const _ of text) if (++count > limit) return true
  return false
}

/** Limits of integers are integers, for Kubernetes cuts them off. */
export function checkNumber(
  limits: Limits,
  { value, path }: { value: number | bigint; path: string },
  result: Result,
): void {
  const cut = isInt64(value) ? Math.trunc : (limit: number) => limit
  const { multipleOf, maximum, minimum, exclusiveMaximum, exclusiveMinimum } = limits
  if (multipleOf !== undefined) {
    const factor = cut(multipleOf)
    if (factor <= 0) result.add(problems.factorNotPositive(path, factor))
    else if (!isMultiple(value, factor)) result.add(problems.notMultiple(path, value, factor))
  }
  if (minimum !== undefined) {
    const min = cut(minimum)
    if (value < min || (exclusiveMinimum && value <= min))
      result.add(problems.underMinimum(path, value, { min, exclusive: exclusiveMinimum }))
  }
  if (maximum !== undefined) {
    const max = cut(maximum)
    if (value > max || (exclusiveMaximum && value >= max))
      result.add(problems.overMaximum(path, value, { max, exclusive: exclusiveMaximum }))
  }
  result.matches += 2
}

function isMultiple(value: number | bigint, factor: number): boolean {
  if (typeof value === 'bigint') return value % BigInt(factor) === 0n
  if (isInt64(value)) return value % factor === 0
  return isNearInteger(factor < 1 ? (1 / factor) * value : value / factor)
}

/** Source: github.com/go-openapi/swag v0.23, convert.go: an integer but for the last bits of a division. */
function isNearInteger(value: number): boolean {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return false
  const whole = Math.trunc(value)
  if (value === whole) return true
  const difference = Math.abs(value - whole)
  if (value === 0 || whole === 0 || difference < Number.MIN_VALUE) return difference < 1e-9 * Number.MIN_VALUE
  return difference / (Math.abs(value) + Math.abs(whole)) < 1e-9
}
