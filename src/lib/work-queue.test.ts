import { describe, expect, it } from 'vitest'
import { FakeClock, systemClock } from './clock.ts'
import { WorkQueue } from './work-queue.ts'

/** Runs the queue until `done` says so, and hands back how the run went. */
async function drain(queue: WorkQueue, handle: (key: string) => Promise<number | undefined | void>, concurrency = 1) {
  const stop = new AbortController()
  const errors: string[] = []
  const running = queue.run({ signal: stop.signal, concurrency, handle, onError: (key) => errors.push(key) })
  return { errors, stop: () => (stop.abort(), running) }
}
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('WorkQueue', () => {
  it('handles a key once when it is added many times before its turn', async () => {
    const queue = new WorkQueue({ clock: systemClock })
    const seen: string[] = []
    for (const key of ['a', 'a', 'b', 'a']) queue.add(key)
    const run = await drain(queue, async (key) => void seen.push(key))
    await settle()
    await run.stop()
    expect(seen).toEqual(['a', 'b'])
  })

  it('never handles one key in two workers at once, and handles it again when it was added meanwhile', async () => {
    const queue = new WorkQueue({ clock: systemClock })
    let active = 0
    let most = 0
    let runs = 0
    queue.add('a')
    const run = await drain(
      queue,
      async () => {
        active += 1
        runs += 1
        most = Math.max(most, active)
        if (runs < 3) queue.add('a')
        await settle()
        active -= 1
      },
      4,
    )
    for (let turn = 0; turn < 20; turn += 1) await settle()
    await run.stop()
    expect({ most, runs }).toEqual({ most: 1, runs: 3 })
  })

  it('retries a failing key with doubling delays and starts afresh after a success', async () => {
    const clock = new FakeClock()
    const queue = new WorkQueue({ clock, baseDelayMs: 10 })
    const at: number[] = []
    const start = clock.now()
    queue.add('a')
    const run = await drain(queue, async () => {
      at.push(clock.now() - start)
      if (at.length <= 3) throw new Error('not yet')
    })
    await settle()
    for (let turn = 0; turn < 10; turn += 1) await clock.advance(10)
    expect(at).toEqual([0, 10, 30, 70])
    expect(run.errors).toEqual(['a', 'a', 'a'])
    await run.stop()
  })

  it('keeps the earliest of several delayed requests', async () => {
    const clock = new FakeClock()
    const queue = new WorkQueue({ clock })
    queue.addAfter('a', 100)
    queue.addAfter('a', 20)
    queue.addAfter('a', 50)
    await clock.advance(20)
    expect(queue.length).toBe(1)
  })

  it('looks again after the delay a handler asks for', async () => {
    const clock = new FakeClock()
    const queue = new WorkQueue({ clock })
    let runs = 0
    queue.add('a')
    const run = await drain(queue, async () => {
      runs += 1
      return runs === 1 ? 1000 : undefined
    })
    await settle()
    await clock.advance(999)
    expect(runs).toBe(1)
    await clock.advance(1)
    await settle()
    expect(runs).toBe(2)
    await run.stop()
  })

  it('finishes the key in hand before it stops', async () => {
    const queue = new WorkQueue({ clock: systemClock })
    let finished = false
    const gate = Promise.withResolvers<void>()
    queue.add('a')
    const run = await drain(queue, async () => {
      await gate.promise
      finished = true
    })
    await settle()
    const stopped = run.stop()
    gate.resolve()
    await stopped
    expect(finished).toBe(true)
  })
})
