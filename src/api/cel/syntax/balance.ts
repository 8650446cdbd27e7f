/** A long row of `&&` or `||` as a tree of little depth. Source: cel-go v0.26, parser/helper.go. */

export function balance<T>(
  terms: readonly T[],
  places: readonly number[],
  join: (at: number, left: T, right: T) => T,
): T {
  const build = (low: number, high: number): T => {
    const middle = (low + high + 1) >> 1
    const left = middle === low ? terms[middle] : build(low, middle - 1)
    const right = middle === high ? terms[middle + 1] : build(middle + 1, high)
    return join(places[middle] ?? 0, left as T, right as T)
  }
  return places.length === 0 ? (terms[0] as T) : build(0, places.length - 1)
}
