/** Whole numbers of a range, each given out once: the arithmetic behind service addresses and node ports. */
import type { Randomness } from '../server/randomness.ts'

/** `least` and `most` belong to the range. */
export interface NumberRange {
  least: number
  most: number
}

export class NumberPool {
  readonly range: NumberRange
  readonly #taken = new Set<number>()
  readonly #randomness: Randomness
  /** Numbers below are left for those that ask for them by name, as long as there are others. */
  readonly #staticEnd: number

  constructor(range: NumberRange, options: { reserved: number; randomness: Randomness }) {
    this.range = range
    this.#randomness = options.randomness
    this.#staticEnd = Math.min(range.least + options.reserved, range.most)
  }

  has(number: number): boolean {
    return number >= this.range.least && number <= this.range.most
  }

  isTaken(number: number): boolean {
    return this.#taken.has(number)
  }

  /** False when it is taken or not of the range. */
  take(number: number): boolean {
    if (!this.has(number) || this.#taken.has(number)) return false
    this.#taken.add(number)
    return true
  }

  /** Any free number; undefined when there is none. */
  takeAny(): number | undefined {
    return this.#takeWithin(this.#staticEnd, this.range.most) ?? this.#takeWithin(this.range.least, this.#staticEnd - 1)
  }

  release(number: number): void {
    this.#taken.delete(number)
  }

  /** Starts somewhere and goes round: fast while the range is not nearly full, and complete. */
  #takeWithin(least: number, most: number): number | undefined {
    const size = most - least + 1
    if (size <= 0) return undefined
    const start = this.#randomness.below(size)
    for (let i = 0; i < size; i++) {
      const number = least + ((start + i) % size)
      if (this.take(number)) return number
    }
    return undefined
  }
}
