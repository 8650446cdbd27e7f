import * as fc from 'fast-check'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { InFlight, type Placed } from './in-flight.ts'

it('has what was added and not deleted, whatever the order', () => {
  const change = fc.record({ at: fc.nat(9), isIn: fc.boolean() })
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const items = Array.from({ length: 10 }, (): Placed => ({ place: -1 }))
      const inFlight = new InFlight<Placed>()
      const expected = new Set<Placed>()
      for (const { at, isIn } of changes) {
        const item = items[at] as Placed
        if (!isIn) {
          inFlight.delete(item)
          expected.delete(item)
        } else if (!expected.has(item)) {
          inFlight.add(item)
          expected.add(item)
        }
      }
      expect(new Set(inFlight)).toEqual(expected)
      expect(inFlight.size).toBe(expected.size)
    }),
  )
})

it('lets collections of the young generation take what is no longer in flight', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: { type: 'minor' | 'major' }) => void
  const inFlight = new InFlight<Placed>()
  collect({ type: 'major' })
  const before = process.memoryUsage().heapUsed
  const under: Placed[] = []
  for (let n = 1; n <= 20_000; n++) {
    const item = { place: -1, payload: Array.from({ length: 100 }, () => n) }
    inFlight.add(item)
    under.push(item)
    if (under.length > 100) inFlight.delete(under.shift() as Placed)
    if (n % 1000 === 0) collect({ type: 'minor' })
  }
  // A Set keeps 12 MB of the 16.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(2_000_000)
})
