/** Deep equality of JSON values. The order of keys does not count, nor do keys that are undefined. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  const left = definedEntries(a)
  const right = b as Record<string, unknown>
  return (
    left.length === definedEntries(b).length &&
    left.every(([key, value]) => Object.hasOwn(right, key) && sameJson(value, right[key]))
  )
}

const definedEntries = (object: object) => Object.entries(object).filter(([, value]) => value !== undefined)
