/** Two files of a volume may not have the same path. */
import { type FieldError, invalidValue } from '../field-error.ts'

/** Takes a path, and says that it is taken already; `shown` is said instead of the path. */
export type PathTaker = (path: string | undefined, shown?: string) => FieldError[]

export function pathTaker(field: string): PathTaker {
  const taken = new Set<string>()
  return (path, shown = path) => {
    if (!path) return []
    if (taken.has(path)) return [invalidValue(field, shown, 'conflicting duplicate paths')]
    taken.add(path)
    return []
  }
}
