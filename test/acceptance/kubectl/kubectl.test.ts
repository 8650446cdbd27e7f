/** kubectl's surface, an area a file, against one installation. No pod runs here: pods are a matter of the runtime. */
import { afterAll, beforeAll, describe } from 'vitest'
import { type Installation, openInstallation } from '../harness/installation.ts'
import { applying } from './applying.ts'
import { changing } from './changing.ts'
import { creating } from './creating.ts'
import { deleting } from './deleting.ts'
import { describing } from './describing.ts'
import { discovering } from './discovering.ts'
import { draining } from './draining.ts'
import { editing } from './editing.ts'
import { getting } from './getting.ts'
import { type Area, kubectlIn } from './kubectl.ts'
import { pruning } from './pruning.ts'
import { rollingOut } from './rolling-out.ts'
import { scaling } from './scaling.ts'
import { waiting } from './waiting.ts'

const AREAS: Readonly<Record<string, Area>> = {
  applying,
  changing,
  creating,
  deleting,
  describing,
  discovering,
  draining,
  editing,
  getting,
  pruning,
  'rolling-out': rollingOut,
  scaling,
  waiting,
}

describe('kubectl', () => {
  let naru: Installation

  beforeAll(async () => {
    naru = await openInstallation({ env: { NARU_RUNTIME: 'process' } })
    await naru.mustNaru('up')
    for (const area of Object.keys(AREAS)) await naru.kubectl('create', 'namespace', area)
  })
  afterAll(() => naru[Symbol.asyncDispose]())

  for (const [name, area] of Object.entries(AREAS)) describe(name, () => area(kubectlIn(() => naru, name)))
})
