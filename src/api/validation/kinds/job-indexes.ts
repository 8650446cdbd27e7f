/** Indexes of a Job's pods, such as `0,2-4`: ascending and below the number of completions.
 *  Source: kubernetes v1.34, pkg/apis/batch/validation (validateIndexesFormat, parseIndexInterval). */

interface Interval {
  first: number
  last: number
}

/** How many there are; a text says why it cannot be told. */
export function countIndexes(text: string, completions: number): number | string {
  let total = 0
  let last = -1
  for (const part of partsOf(text)) {
    const interval = parseInterval(part, completions)
    if (typeof interval === 'string') return interval
    if (last >= interval.first) return notIncreasing(last, interval.first)
    total += interval.last - interval.first + 1
    last = interval.last
  }
  return total
}

/** The first index that both have; parts that cannot be read are passed over. */
export function firstCommonIndex(a: string, b: string, completions: number): number | undefined {
  const [left, right] = [readable(a, completions), readable(b, completions)]
  for (let i = 0, j = 0; ; ) {
    const [one, other] = [left[i], right[j]]
    if (one === undefined || other === undefined) return undefined
    if (one.first <= other.last && other.first <= one.last) return Math.max(one.first, other.first)
    if (one.first <= other.first) i++
    else j++
  }
}

const partsOf = (text: string): string[] => (text === '' ? [] : text.split(','))

const readable = (text: string, completions: number): Interval[] =>
  partsOf(text).flatMap((part) => {
    const interval = parseInterval(part, completions)
    return typeof interval === 'string' ? [] : [interval]
  })

const notIncreasing = (previous: number, current: number) =>
  `non-increasing order, previous: ${previous}, current: ${current}`

function parseInterval(part: string, completions: number): Interval | string {
  const limits = part.split('-')
  if (limits.length > 2)
    return `the fragment "${part}" violates the requirement that an index interval can have at most two parts separated by '-'`
  for (const limit of limits) {
    if (!/^\+?\d+$/.test(limit)) return `cannot convert string to integer for index: "${limit}"`
    if (Number(limit) >= completions) return `too large index: "${limit}"`
  }
  const [first = 0, last = first] = limits.map(Number)
  if (limits.length === 2 && first >= last) return notIncreasing(first, last)
  return { first, last }
}
