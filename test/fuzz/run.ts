/** Fuzzing for as long as one likes: `npm run fuzz -- [--seconds 60] [--seed N]`. Prints each failure with its smallest
 *  example, and its seed; ends with 1 when there was one. Counts what of memory stays. */
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { targets } from './targets.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
})
const until = Date.now() + Number(values.seconds ?? 60) * 1000
const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const MAX_GROWTH_BYTES = 64 * 1024 * 1024

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const heap = () => (collect(), process.memoryUsage().heapUsed)

const say = (line: string) => process.stdout.write(`${line}\n`)
const reasons = (error: unknown): string =>
  error instanceof Error
    ? `${(error.stack ?? error.message).slice(0, 3_000)}${error.cause === undefined ? '' : `\nbecause: ${reasons(error.cause)}`}`
    : String(error)

const failed = new Set<string>()
const runs = targets.filter(({ name }) => values.only === undefined || name.includes(values.only))
let settled = 0
for (let round = 0; Date.now() < until && failed.size < runs.length; round++) {
  for (const { name, run } of runs) {
    if (failed.has(name) || Date.now() > until) continue
    try {
      await run({ seed: first + round, numRuns: 200, interruptAfterTimeLimit: 10_000 })
    } catch (error) {
      failed.add(name)
      say(`${name} (seed ${first + round}): ${reasons(error)}`)
    }
  }
  // What is loaded and compiled on first use is no growth.
  if (round === 2) settled = heap()
}
const grown = settled === 0 ? 0 : heap() - settled
say(`seed ${first}: ${failed.size} of ${runs.length} failed; ${Math.round(grown / 1024 / 1024)} MiB grown`)
if (grown > MAX_GROWTH_BYTES) say('memory grows')
process.exitCode = failed.size > 0 || grown > MAX_GROWTH_BYTES ? 1 : 0
