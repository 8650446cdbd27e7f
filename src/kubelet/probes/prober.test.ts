import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { FakeClock } from '../../lib/index.ts'
import { extraLookDelayMs, observe, startProbe } from './probe-state.ts'
import { type ProbedContainer, Prober } from './prober.ts'

const probe: k8s.Probe = { periodSeconds: 10, failureThreshold: 3, tcpSocket: { port: 80 } }

describe('the count of a probe', () => {
  it('fails at the threshold of regular looks, not before', () => {
    let state = { ...startProbe('liveness') }
    for (const expected of [true, true, false]) {
      state = observe(state, probe, false, true)
      expect(state.result).toBe(expected)
    }
    expect(state.exhausted).toBe(true)
  })

  it('never counts the failure of an extra look', () => {
    let state = startProbe('startup')
    for (let look = 0; look < 20; look++) state = observe(state, probe, false, false)
    expect(state).toMatchObject({ failures: 0, exhausted: false })
    expect(observe(state, probe, true, false).result).toBe(true)
  })

  it('needs every one of successThreshold in a row', () => {
    const twice = { ...probe, successThreshold: 2 }
    let state = observe(startProbe('readiness'), twice, true, true)
    expect(state.result).toBe(false)
    state = observe(state, twice, false, true)
    state = observe(state, twice, true, true)
    expect(state.result).toBe(false)
    expect(observe(state, twice, true, true).result).toBe(true)
  })

  it('looks more often at first and then as the period says', () => {
    let state = startProbe('readiness')
    expect(extraLookDelayMs(state, probe)).toBe(50)
    for (let look = 0; look < 30; look++) state = observe(state, probe, false, false)
    expect(extraLookDelayMs(state, probe)).toBeUndefined()
    expect(extraLookDelayMs(startProbe('liveness'), probe)).toBeUndefined()
  })
})

describe('the prober', () => {
  const setUp = (
    container: Partial<k8s.Container>,
    answers: (nowMs: number) => boolean | 'errored',
    over: Partial<ProbedContainer> = {},
  ) => {
    const clock = new FakeClock(0)
    const seen = { changed: 0, unhealthy: [] as string[], errored: 0 }
    const prober = new Prober({
      clock,
      changed: () => (seen.changed += 1),
      unhealthy: (_container, kind, message) => seen.unhealthy.push(`${kind}: ${message}`),
      errored: () => (seen.errored += 1),
      check: async () => {
        const answer = answers(clock.now())
        return answer === 'errored'
          ? { success: false, errored: true, message: 'no runtime' }
          : { success: answer, message: 'refused' }
      },
    })
    const target = {
      containerId: 'c',
      container: { name: 'web', ...container },
      pod: { metadata: { name: 'p' }, spec: { containers: [] } },
      startedAtMs: 0,
      wasReady: false,
      wasStarted: false,
      dial: (port: number) => ({ host: '127.0.0.1', port }),
      ...over,
    } as unknown as ProbedContainer
    prober.watch(target)
    return { clock, prober, seen }
  }

  it('sees readiness soon after it comes, without a warning', async () => {
    const { clock, prober, seen } = setUp({ readinessProbe: probe }, (now) => now >= 300)
    await clock.advance(250)
    expect(prober.ready('c')).toBe(false)
    await clock.advance(250)
    expect(prober.ready('c')).toBe(true)
    expect(seen).toEqual({ changed: 1, unhealthy: [], errored: 0 })
    await prober[Symbol.asyncDispose]()
  })

  it('kills by liveness only after three periods', async () => {
    const { clock, prober } = setUp({ livenessProbe: probe }, () => false)
    await clock.advance(19_000)
    expect(prober.failed('c')).toBeUndefined()
    await clock.advance(2_000)
    expect(prober.failed('c')).toBe('Liveness')
    await prober[Symbol.asyncDispose]()
  })

  it('holds nothing against a container that could not be looked at', async () => {
    const often = { ...probe, periodSeconds: 1 }
    const { clock, prober, seen } = setUp({ livenessProbe: often, readinessProbe: often }, (now) =>
      now > 5_000 && now < 30_000 ? 'errored' : true,
    )
    await clock.advance(29_000)
    expect(seen.errored).toBeGreaterThan(40)
    expect([prober.ready('c'), prober.failed('c')]).toEqual([true, undefined])
    await clock.advance(5_000)
    expect(seen).toMatchObject({ changed: 1, unhealthy: [] })
    await prober[Symbol.asyncDispose]()
  })

  it('holds liveness back until the startup probe has succeeded', async () => {
    const startupProbe = { ...probe, failureThreshold: 30 }
    const { clock, prober } = setUp({ livenessProbe: probe, startupProbe }, (now) => now > 60_000 && now < 75_000)
    await clock.advance(59_000)
    expect([prober.started('c'), prober.failed('c')]).toEqual([false, undefined])
    await clock.advance(15_000)
    expect(prober.started('c')).toBe(true)
    await clock.advance(40_000)
    expect(prober.failed('c')).toBe('Liveness')
    await prober[Symbol.asyncDispose]()
  })

  it('waits for initialDelaySeconds and believes what a kubelet before it saw', async () => {
    const { clock, prober } = setUp({ readinessProbe: { ...probe, initialDelaySeconds: 5 } }, () => true)
    await clock.advance(4_900)
    expect(prober.ready('c')).toBe(false)
    await clock.advance(200)
    expect(prober.ready('c')).toBe(true)
    await prober[Symbol.asyncDispose]()
    const adopted = setUp({ readinessProbe: probe }, () => true, { wasReady: true })
    expect(adopted.prober.ready('c')).toBe(true)
    await adopted.prober[Symbol.asyncDispose]()
  })
})
