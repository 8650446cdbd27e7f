import { expect, it } from 'vitest'
import { FakeClock, silentLogger } from '../../lib/index.ts'
import { runSweeps } from './run-sweeps.ts'
import { Sweeper } from './sweeper.ts'

it('looks four times after it began and after each upset, and every five minutes otherwise', async () => {
  const clock = new FakeClock()
  const stop = new AbortController()
  let upsets = 0
  const looks: number[] = []
  const begun = clock.now()
  const belongings = {
    list: async () => {
      looks.push((clock.now() - begun) / 15_000)
      return []
    },
    known: async () => new Set<string>(),
    release: async () => {},
  }
  const sweeper = new Sweeper(belongings, { now: () => new Set(), someOf: () => false, failed: () => 0 })
  const options = { upsets: () => upsets, clock, logger: silentLogger, signal: stop.signal }
  const running = runSweeps([{ what: 'things', sweeper }], options)
  for (let interval = 1; interval <= 30; interval += 1) {
    if (interval === 24) upsets += 1
    await clock.advance(15_000)
  }
  stop.abort()
  await clock.advance(15_000)
  await running
  expect(looks).toEqual([1, 2, 3, 4, 20, 24, 25, 26, 27])
})
