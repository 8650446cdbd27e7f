/** Lists and maps of which each entry is looked at. Source: kubernetes v1.34, pkg/apis/resource/validation
 *  (validateSlice, validateSet, validateMap). */
import { duplicate, type FieldError, tooMany } from '../../field-error.ts'

type Check<T> = (item: T, at: string) => FieldError[]

/** How many entries there are is looked at last. */
export function validateEach<T>(items: readonly T[] = [], max: number, at: string, check: Check<T>): FieldError[] {
  const errors = items.flatMap((item, index) => check(item, `${at}[${index}]`))
  return items.length > max ? [...errors, tooMany(at, items.length, max)] : errors
}

export interface Unique<T> {
  max: number
  check: Check<T>
  keyOf: (item: T) => string
  /** The field that the key is of; missing: the whole entry is. */
  keyField?: string
  /** What is shown of a key. Default: itself. */
  printed?: (item: T) => unknown
}

/** No two entries may have one key. */
export function validateSet<T>(items: readonly T[] = [], at: string, unique: Unique<T>): FieldError[] {
  const seen = new Set<string>()
  const again = items.flatMap((item, index) => {
    const key = unique.keyOf(item)
    const path = `${at}[${index}]${unique.keyField === undefined ? '' : `.${unique.keyField}`}`
    const errors = seen.has(key) ? [duplicate(path, unique.printed?.(item) ?? key)] : []
    seen.add(key)
    return errors
  })
  return [...validateEach(items, unique.max, at, unique.check), ...again]
}
