/** What is doubled has a name and an input; what these are made with. */
import type { Growth } from '../doubling.ts'

export interface NamedGrowth {
  name: string
  growth: Growth
}

export const range = <T>(size: number, each: (index: number) => T): T[] =>
  Array.from({ length: size }, (_, index) => each(index))
export const keyed = <T>(size: number, each: (index: number) => T): Record<string, T> =>
  Object.fromEntries(range(size, (index) => [`k${index}`, each(index)]))

/** Of a text and what reads it; refusals are answers too. */
export const reading = (
  name: string,
  text: (size: number) => string,
  read: (text: string) => unknown,
): NamedGrowth => ({
  name,
  growth: {
    input: (size) => {
      const made = text(size)
      return { bytes: made.length, run: () => refusable(() => read(made)) }
    },
  },
})

/** Errors of bugs are not taken for refusals. */
export function refusable(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError || error instanceof ReferenceError) throw error
  }
}

export const configMap = (data: object) => ({ metadata: { name: 'wide' }, data })
