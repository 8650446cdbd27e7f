/** Errors by the hundred thousand, which a body of three megabytes can have, are too many to be said. */
import type { FieldError } from './field-error.ts'

/** What `collect` returns, or one error in its place where there are more than a call takes as arguments. What is
 *  validated is not so deep (`MAX_DEPTH` of a body) that the stack could end for another reason. */
export function listable(collect: () => FieldError[]): FieldError[] {
  try {
    return collect()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return [
      { type: 'FieldValueTooMany', field: '<nil>', message: 'Too many: there are more errors than can be listed' },
    ]
  }
}
