import { expect, it } from 'vitest'
import { FakeClock } from './clock.ts'
import { silentLogger } from './log.ts'
import { superviseLoops } from './supervise.ts'

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

it('starts a loop that failed or ended again, and leaves the others alone', async () => {
  const clock = new FakeClock()
  const stop = new AbortController()
  const starts = { failing: 0, ending: 0, steady: 0 }
  const supervised = superviseLoops(
    [
      {
        name: 'failing',
        run: async () => {
          starts.failing += 1
          throw new Error('a bug')
        },
      },
      { name: 'ending', run: async () => void (starts.ending += 1) },
      { name: 'steady', run: (signal) => ((starts.steady += 1), untilAborted(signal)) },
    ],
    { signal: stop.signal, clock, logger: silentLogger },
  )
  await clock.advance(0) // The first runs end.
  await clock.advance(2500)
  expect(starts).toEqual({ failing: 3, ending: 3, steady: 1 })
  stop.abort()
  await supervised
})

it('resolves only when every loop has drained', async () => {
  const stop = new AbortController()
  const drained = Promise.withResolvers<void>()
  let done = false
  const supervised = superviseLoops(
    [{ name: 'slow', run: async (signal) => (await untilAborted(signal), drained.promise) }],
    { signal: stop.signal, clock: new FakeClock(), logger: silentLogger },
  ).then(() => (done = true))
  stop.abort()
  await new Promise((resolve) => setImmediate(resolve))
  expect(done).toBe(false)
  drained.resolve()
  await supervised
  expect(done).toBe(true)
})
