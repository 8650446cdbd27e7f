/** Whatever grows, grows with its input: each round doubles some of it. Not among the unit tests, for it takes its time. */
import * as fc from 'fast-check'
import { openTestCluster, type TestCluster } from '../harness/cluster.ts'
import { checkGrowth } from './doubling.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { binaryGrowths } from './growth/binaries.ts'
import { bodyGrowths, deepDefinition } from './growth/bodies.ts'
import { headGrowths } from './growth/heads.ts'
import { matchGrowths } from './growth/matches.ts'
import type { NamedGrowth } from './growth/named-growth.ts'
import { objectGrowths } from './growth/objects.ts'
import { growthOf } from './growth/places.ts'
import { textGrowths } from './growth/texts.ts'
import { plantSeeds } from './seeds.ts'
import { widePlaces } from './wide-objects.ts'

type Options = Parameters<FuzzTarget['run']>[0]

const growing = (name: string, growths: readonly NamedGrowth[]): FuzzTarget => ({
  name,
  numRuns: 0,
  run: (options) => checkSome(growths, options),
})

/** Of what needs a server. */
const growingIn = (name: string, growths: (cluster: TestCluster) => readonly NamedGrowth[]): FuzzTarget => ({
  name,
  numRuns: 0,
  run: async (options) => {
    await using cluster = await openTestCluster()
    await plantSeeds(cluster.client)
    await checkSome(growths(cluster), options)
  },
})

async function checkSome(growths: readonly NamedGrowth[], options: Options): Promise<void> {
  const named = new Map(growths.map((growth) => [growth.name, growth]))
  const grows = fc.asyncProperty(fc.constantFrom(...named.keys()), async (name) => {
    const growth = named.get(name)
    if (growth !== undefined) await checkGrowth(growth.growth)
  })
  await fc.assert(grows, { ...options, numRuns: Math.min(options.numRuns, 2 * named.size), endOnFailure: true })
}

export const growthTargets: readonly FuzzTarget[] = [
  growing('texts that are doubled', textGrowths),
  growing('bytes that are doubled', binaryGrowths),
  growing('heads that are doubled', headGrowths),
  growing('objects that are doubled', objectGrowths),
  growing('texts that are matched and doubled', matchGrowths),
  growingIn('bodies that are doubled', (cluster) => [...bodyGrowths(cluster), deepDefinition(cluster)]),
  growingIn('kinds that are doubled', (cluster) => widePlaces().flatMap((place) => growthOf(cluster, place))),
]
