/** The shape of a kind's own rules, apart from what its schema and its metadata need. */
import type { FieldError } from './field-error.ts'

/** The subresources that are written as the object is, and change one part of it. */
export type PartialWrite = 'ephemeralcontainers' | 'resize'

export interface KindRules<T> {
  /** Whether `validate` itself says, in words of its own, which required fields are missing: the schema is not asked. */
  reportsMissing?: boolean
  /** `old` is there when the object replaces one: what it allowed may be allowed to stay. */
  validate?: (object: T, old: T | undefined) => FieldError[]
  /** Only what compares with the object as it was. */
  validateUpdate?: (object: T, old: T) => FieldError[]
  /** What changed comes before what is wrong with it. */
  changesFirst?: boolean
  /** In place of `validateUpdate`, for a write through one of these subresources. */
  validatePartialUpdate?: Partial<Record<PartialWrite, (object: T, old: T) => FieldError[]>>
  /** A write of the status alone: nothing else of the object is looked at. Missing: it is checked like any other write. */
  validateStatusUpdate?: (object: T, old: T) => FieldError[]
  /** What is let pass of a status and said to the client. */
  statusWarnings?: (object: T) => string[]
  /** What is let pass and said to the client, of an object that may be written. */
  warnings?: (object: T, old: T | undefined) => string[]
}
