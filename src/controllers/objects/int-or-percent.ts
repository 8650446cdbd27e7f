/** Numbers that may be written as a share of another. Source: k8s.io/apimachinery v0.34, pkg/util/intstr. */

/** `value` as a number: itself, or for `"25%"` that share of `total`, rounded up or down. Throws RangeError for any
 *  other text (the API server refuses such a value, so that only a stored object from elsewhere could have it). */
export function scaledValue(value: number | string | undefined, total: number, round: 'up' | 'down'): number {
  if (value === undefined) return 0
  if (typeof value === 'number') return value
  const share = /^(\d+)%$/.exec(value)
  if (share === null) throw new RangeError(`"${value}" is neither a number nor a percentage such as "25%"`)
  const exact = (Number(share[1]) * total) / 100
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact)
}
