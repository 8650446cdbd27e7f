/** Deep equality of JSON values. The order of keys does not count, nor do keys that are undefined. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  let defined = 0
  for (const key in left) {
    const value = left[key]
    if (value === undefined) continue
    defined++
    if (!Object.hasOwn(right, key) || !sameJson(value, right[key])) return false
  }
  for (const key in right) if (right[key] !== undefined) defined--
  return defined === 0
}
