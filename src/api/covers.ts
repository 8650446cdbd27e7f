/** Whether an object already is as wished, whatever else the server or others have put on it. */

/** Every field of `wished` is in `present` with the same value; lists must match item by item and in length. */
export function covers(present: unknown, wished: unknown): boolean {
  if (wished === undefined || wished === null) return true
  if (Array.isArray(wished))
    return (
      Array.isArray(present) &&
      present.length === wished.length &&
      wished.every((item, index) => covers(present[index], item))
    )
  if (typeof wished !== 'object') return present === wished
  if (typeof present !== 'object' || present === null) return false
  return Object.entries(wished).every(([name, value]) => covers((present as Record<string, unknown>)[name], value))
}
