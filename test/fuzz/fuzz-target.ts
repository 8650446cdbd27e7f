export interface FuzzTarget {
  name: string
  /** How many inputs are few enough for the unit tests; 0: too slow, or too dependent on the machine, for them. */
  numRuns: number
  /** Rejects with the smallest input that breaks a promise. */
  run: (options: { seed?: number; numRuns: number; interruptAfterTimeLimit?: number }) => Promise<void>
}
