/** All that is fuzzed, by name. */
import * as fc from 'fast-check'
import { openTestCluster } from '../harness/cluster.ts'
import { decoders, definitionRequest } from './decoders.ts'
import { expressionTarget } from './expressions.ts'
import { fronts } from './front.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { gatewayTargets } from './gateway.ts'
import { growthTargets } from './growth-targets.ts'
import { request } from './requests.ts'
import { plantSeeds } from './seeds.ts'
import { streamTargets } from './streams.ts'
import { checkAnswer, checkPrototypes, MAX_INPUT_MS } from './surface.ts'

const isPlain = (error: unknown) =>
  error instanceof Error && ![TypeError, RangeError, ReferenceError].some((bug) => error instanceof bug)

const surface = (name: string, { input = request, identified = true, numRuns = 100 } = {}): FuzzTarget => ({
  name,
  numRuns,
  run: async (options) => {
    await using cluster = await openTestCluster()
    await plantSeeds(cluster.client)
    const exchange = identified ? cluster.exchange : cluster.server.exchange
    const answers = fc.asyncProperty(input, async (asked) => void (await checkAnswer(exchange, asked)))
    await fc.assert(answers, options)
  },
})

const decoding = ({ name, input, decode, refusals }: (typeof decoders)[number]): FuzzTarget => ({
  name,
  numRuns: 40,
  run: async (options) => {
    const decodes = fc.asyncProperty(input, async (value) => {
      const began = performance.now()
      try {
        await decode(value)
      } catch (error) {
        if (!refusals.some((kind) => (kind === Error ? isPlain(error) : error instanceof kind))) throw error
      }
      const tookMs = performance.now() - began
      if (tookMs > MAX_INPUT_MS) throw new Error(`took ${Math.round(tookMs)} ms`)
      checkPrototypes()
    })
    await fc.assert(decodes, options)
  },
})

export const targets: readonly FuzzTarget[] = [
  surface('requests of an administrator'),
  surface('requests of anybody', { identified: false }),
  surface('schemas of definitions', { input: definitionRequest, numRuns: 15 }),
  ...decoders.map(decoding),
  expressionTarget,
  ...fronts,
  ...gatewayTargets,
  ...streamTargets,
  ...growthTargets,
]
