import { expect, it } from 'vitest'
import { FakeClock, silentLogger, superviseLoops } from '../lib/index.ts'
import { LoopHealth } from './loop-health.ts'

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

it('tells who wants to know how each loop is', async () => {
  const clock = new FakeClock()
  const stop = new AbortController()
  const health = new LoopHealth()
  let broken = true
  expect(health.of('loop')).toEqual({ healthy: false, message: 'it has not started yet' })
  const run = (signal: AbortSignal) => (broken ? Promise.reject(new Error('a bug')) : untilAborted(signal))
  const supervised = superviseLoops([{ name: 'loop', run }], {
    signal: stop.signal,
    clock,
    logger: silentLogger,
    observer: health,
  })
  await clock.advance(0)
  expect(health.of('loop')).toEqual({ healthy: false, message: 'it failed and is started again: a bug' })
  broken = false
  await clock.advance(1000)
  expect(health.of('loop')).toEqual({ healthy: true, message: 'ok' })
  stop.abort()
  await supervised
  expect(health.of('loop').healthy).toBe(false)
})
