/** Fields that must say something. */
import { type FieldError, required } from '../field-error.ts'

/** An error for each of the fields that is missing or empty: a text, or a list. */
export function validatePresent<T extends object>(value: T, fields: readonly (keyof T & string)[], at: string) {
  return fields.flatMap((field): FieldError[] => {
    const content = value[field] as string | readonly unknown[] | undefined
    return content === undefined || content.length === 0 ? [required(`${at}.${field}`)] : []
  })
}
