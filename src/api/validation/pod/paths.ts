/** Paths that stay below where they begin. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (validateLocalDescendingPath, validatePathNoBacksteps). */
import { type FieldError, invalidValue } from '../field-error.ts'

export function validateDescendingPath(text: string, field: string): FieldError[] {
  const errors = validateNoBacksteps(text, field)
  return text.startsWith('/') ? [invalidValue(field, text, 'must be a relative path'), ...errors] : errors
}

export const validateNoBacksteps = (text: string, field: string): FieldError[] =>
  text.split('/').includes('..') ? [invalidValue(field, text, "must not contain '..'")] : []
