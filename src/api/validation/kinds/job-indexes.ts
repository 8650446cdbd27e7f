/** Indexes of a Job's pods, such as `0,2-4`: ascending and below the number of completions.
 *  Source: kubernetes v1.34, pkg/apis/batch/validation (validateIndexesFormat). */

/** How many there are; a text says why it cannot be told. */
export function countIndexes(text: string, completions: number): number | string {
  let total = 0
  let last = -1
  for (const part of text === '' ? [] : text.split(',')) {
    const limits = part.split('-')
    if (limits.length > 2)
      return `the fragment "${part}" violates the requirement that an index interval can have at most two parts separated by '-'`
    for (const limit of limits) {
      if (!/^\d+$/.test(limit)) return `cannot convert string to integer for index: "${limit}"`
      if (Number(limit) >= completions) return `too large index: "${limit}"`
    }
    const [first = 0, end = first] = limits.map(Number)
    if (limits.length === 2 && first >= end) return `non-increasing order, previous: ${first}, current: ${end}`
    if (last >= first) return `non-increasing order, previous: ${last}, current: ${first}`
    total += end - first + 1
    last = end
  }
  return total
}
