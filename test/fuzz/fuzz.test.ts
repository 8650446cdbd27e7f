/** A few rounds of each fuzzing target; a failure prints its seed. For longer: `npm run fuzz -- --seconds 300`. */
import { test } from 'vitest'
import { targets } from './targets.ts'

test.each(targets.filter(({ numRuns }) => numRuns > 0).map((target) => [target.name, target] as const))(
  '%s',
  async (_name, { run, numRuns }) => {
    await run({ numRuns })
  },
)
