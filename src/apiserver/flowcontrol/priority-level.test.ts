import { array, assert, asyncProperty, constant, integer, nat, oneof, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deal, PriorityLevel } from './priority-level.ts'

const { signal } = new AbortController()
const never = () => signal
const queuing = { queues: 8, handSize: 2, queueLengthLimit: 50 }

describe('a priority level', () => {
  test('lets as many run at once as it has seats, and the next when one is given back', async () => {
    const level = new PriorityLevel({ seats: 2, queuing })
    const first = level.take('a', never)
    const second = level.take('a', never)
    expect([first, second]).toEqual([expect.objectContaining({ run: true }), expect.objectContaining({ run: true })])
    const third = level.take('a', never)
    expect(third).toBeInstanceOf(Promise)
    expect(level.waiting).toBe(1)
    if (!(first instanceof Promise) && first.run) first.done()
    expect(await third).toMatchObject({ run: true })
    expect([level.running, level.waiting]).toEqual([2, 0])
  })

  test('gives the second client its turn long before the flood of the first is over', async () => {
    const level = new PriorityLevel({ seats: 1, queuing: { ...queuing, queueLengthLimit: 1000 } })
    const order: string[] = []
    const run = async (flow: string) => {
      const admission = await level.take(flow, never)
      if (!admission?.run) throw new Error('refused')
      order.push(flow)
      await Promise.resolve()
      admission.done()
    }
    const flood = Array.from({ length: 500 }, () => run('noisy'))
    const quiet = run('quiet')
    await Promise.all([...flood, quiet])
    expect(order.indexOf('quiet')).toBeLessThan(8)
  })

  test('refuses whom no queue has room for, or at once when it has no queues', () => {
    const queued = new PriorityLevel({ seats: 0, queuing: { queues: 1, handSize: 1, queueLengthLimit: 1 } })
    void queued.take('a', never)
    expect(queued.take('a', never)).toEqual({ run: false, reason: 'queue-full' })
    expect(new PriorityLevel({ seats: 0 }).take('a', never)).toEqual({ run: false, reason: 'concurrency-limit' })
  })

  test('forgets who gives up', async () => {
    const level = new PriorityLevel({ seats: 0, queuing })
    const gone = new AbortController()
    const waiting = level.take('a', () => gone.signal)
    gone.abort()
    expect(await waiting).toBeUndefined()
    expect(level.waiting).toBe(0)
  })

  test('keeps those who wait when its limits change', async () => {
    const level = new PriorityLevel({ seats: 0, queuing })
    const waiting = ['a', 'b', 'c'].map(async (flow) => level.take(flow, never))
    level.limit({ seats: 3, queuing: { ...queuing, queues: 2 } })
    expect(await Promise.all(waiting)).toEqual([
      expect.objectContaining({ run: true }),
      expect.objectContaining({ run: true }),
      expect.objectContaining({ run: true }),
    ])
  })

  test('has its seats back when everybody is gone, whoever gives up and whatever becomes of its limits', async () => {
    const step = oneof(
      record({ act: constant('come' as const), flow: integer({ min: 0, max: 4 }) }),
      record({ act: constant('go' as const), which: nat() }),
      record({ act: constant('give up' as const), which: nat() }),
      record({
        act: constant('limit' as const),
        seats: integer({ min: 0, max: 3 }),
        queues: integer({ min: 1, max: 5 }),
      }),
      record({ act: constant('no queues' as const), seats: integer({ min: 0, max: 3 }) }),
    )
    const keeps = asyncProperty(array(step, { maxLength: 60 }), async (steps) => {
      const level = new PriorityLevel({ seats: 1, queuing })
      const callers: { gone: AbortController; seated?: () => void }[] = []
      const take = async (flow: number) => {
        const caller: (typeof callers)[number] = { gone: new AbortController() }
        callers.push(caller)
        const admission = await level.take(String(flow), () => caller.gone.signal)
        if (admission?.run) caller.seated = admission.done
      }
      let seats = 1
      for (const one of steps) {
        const before = level.running
        if (one.act === 'come') void take(one.flow)
        else if (one.act === 'go') callers[one.which % callers.length]?.seated?.()
        else if (one.act === 'give up') callers[one.which % callers.length]?.gone.abort()
        else if (one.act === 'limit')
          level.limit({ seats: (seats = one.seats), queuing: { ...queuing, queues: one.queues } })
        else level.limit({ seats: (seats = one.seats) })
        await Promise.resolve()
        await Promise.resolve()
        expect(level.waiting).toBeGreaterThanOrEqual(0)
        expect(level.running).toBeLessThanOrEqual(Math.max(before, seats))
        expect(level.running < seats && level.waiting > 0).toBe(false)
      }
      level.limit({ seats: 1000, queuing })
      await Promise.resolve()
      for (const { seated } of callers) seated?.()
      for (const { seated } of callers) seated?.()
      expect([level.running, level.waiting]).toEqual([0, 0])
    })
    await assert(keeps, { numRuns: 200 })
  })

  test('never runs more than its seats, and loses nobody, whoever comes and goes', async () => {
    const arrivals = array(integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 60 })
    const holds = asyncProperty(arrivals, integer({ min: 1, max: 4 }), async (flows, seats) => {
      const level = new PriorityLevel({ seats, queuing: { ...queuing, queueLengthLimit: 1000 } })
      let most = 0
      const all = flows.map(async (flow) => {
        const admission = await level.take(String(flow), never)
        most = Math.max(most, level.running)
        await Promise.resolve()
        if (admission?.run) admission.done()
        return admission?.run
      })
      expect(await Promise.all(all)).toEqual(flows.map(() => true))
      expect(most).toBeLessThanOrEqual(seats)
      expect([level.running, level.waiting]).toEqual([0, 0])
    })
    await assert(holds, { numRuns: 50 })
  })
})

test('a flow is always dealt the same hand of different queues', () => {
  assert(
    property(integer({ min: 1, max: 128 }), integer({ min: 1, max: 10 }), (queues, handSize) => {
      const hand = deal('flow', queues, handSize)
      expect(new Set(hand).size).toBe(Math.min(queues, handSize))
      expect(hand.every((queue) => queue >= 0 && queue < queues)).toBe(true)
      expect(deal('flow', queues, handSize)).toEqual(hand)
    }),
  )
})
