/** Paths of fields: `.spec.replicas`. */
import { type FieldError, invalidValue } from '../../field-error.ts'

export function simplePathErrors(text: string, field: string): FieldError[] {
  if (text === '') return [invalidValue(field, text, 'must not be empty')]
  return text.startsWith('.') ? [] : [invalidValue(field, text, 'must be a simple json path starting with .')]
}
