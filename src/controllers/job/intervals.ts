/** Sets of completion indexes, as a Job's status writes them: `1,3-5,7`.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/job/indexed_job_utils.go. */

/** Both ends are in it. */
export interface Interval {
  first: number
  last: number
}

/** Ascending, with gaps between. */
export type Intervals = readonly Interval[]

/** What cannot be read is passed over, and so is what is not below `completions`. */
export function parseIntervals(text: string | undefined, completions: number): Intervals {
  const intervals: Interval[] = []
  for (const part of text ? text.split(',') : []) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part)
    if (match === null) continue
    const first = Number(match[1])
    if (first >= completions) break
    const last = Math.min(match[2] === undefined ? first : Number(match[2]), completions - 1)
    const before = intervals.at(-1)
    if (before?.last === first - 1) before.last = last
    else intervals.push({ first, last })
  }
  return intervals
}

export function formatIntervals(intervals: Intervals): string {
  return intervals
    .map(({ first, last }) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',')
}

export function unite(a: Intervals, b: Intervals): Intervals {
  const united: Interval[] = []
  for (const { first, last } of [...a, ...b].toSorted((x, y) => x.first - y.first)) {
    const before = united.at(-1)
    if (before === undefined || first > before.last + 1) united.push({ first, last })
    else before.last = Math.max(before.last, last)
  }
  return united
}

export function intervalsOf(indexes: Iterable<number>): Intervals {
  return unite(
    [],
    Array.from(indexes, (index) => ({ first: index, last: index })),
  )
}

export function count(intervals: Intervals): number {
  return intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0)
}

export function includes(intervals: Intervals, index: number): boolean {
  return intervals.some(({ first, last }) => first <= index && index <= last)
}

/** How many indexes both have. */
export function countCommon(a: Intervals, b: Intervals): number {
  let common = 0
  for (let [i, j] = [0, 0]; ; ) {
    const [x, y] = [a[i], b[j]]
    if (x === undefined || y === undefined) return common
    common += Math.max(0, Math.min(x.last, y.last) - Math.max(x.first, y.first) + 1)
    if (x.last < y.last) i++
    else j++
  }
}

/** The first `wanted` indexes below `completions` that are not in `taken`. */
export function firstOthers(taken: Intervals, wanted: number, completions: number): number[] {
  const others: number[] = []
  let candidate = 0
  for (const { first, last } of [...taken, { first: completions, last: completions }]) {
    for (; candidate < Math.min(first, completions) && others.length < wanted; candidate++) others.push(candidate)
    candidate = Math.max(candidate, last + 1)
  }
  return others
}
