/** Bounds of numbers and of numbers-or-percentages. */
import { type FieldError, invalidValue } from './field-error.ts'

export function nonNegative(value: number | undefined, field: string): FieldError[] {
  return value !== undefined && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : []
}

/** An integer that is not negative, or a percentage. */
export function nonNegativeOrPercent(value: string | number | undefined, field: string): FieldError[] {
  if (typeof value !== 'string') return nonNegative(value, field)
  if (/^\d+%$/.test(value)) return []
  const why =
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
  return [invalidValue(field, value, why)]
}

/** The number before the `%`; undefined for what is no percentage. */
export function percentOf(value: string | number | undefined): number | undefined {
  return typeof value === 'string' && /^\d+%$/.test(value) ? Number(value.slice(0, -1)) : undefined
}

/** A percentage of at most all. */
export function notMoreThanAll(value: string | number | undefined, field: string): FieldError[] {
  return (percentOf(value) ?? 0) > 100 ? [invalidValue(field, value, 'must not be greater than 100%')] : []
}
