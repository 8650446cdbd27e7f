/** Estimates of sizes and costs: from the least to the most. All arithmetic stops at the largest 64-bit number.
 *  Source: cel-go v0.26, checker/cost.go. */

export interface Range {
  min: number
  max: number
}

export const UNBOUNDED = 2 ** 64

const cap = (value: number): number => Math.min(value, UNBOUNDED)

export const fixed = (value: number): Range => ({ min: value, max: value })
export const UNKNOWN: Range = { min: 0, max: UNBOUNDED }
export const NONE: Range = fixed(0)
export const ONE: Range = fixed(1)

export const addRanges = (...ranges: readonly Range[]): Range => {
  let [min, max] = [0, 0]
  for (const range of ranges) {
    min = cap(min + range.min)
    max = cap(max + range.max)
  }
  return { min, max }
}

export const multiply = (a: Range, b: Range): Range => ({ min: cap(a.min * b.min), max: cap(a.max * b.max) })

/** Rounded up. */
export const times = ({ min, max }: Range, factor: number): Range => ({
  min: cap(Math.ceil(min * factor)),
  max: cap(Math.ceil(max * factor)),
})

export const union = (a: Range, b: Range): Range => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) })
