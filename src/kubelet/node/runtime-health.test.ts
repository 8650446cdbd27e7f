import { expect, test } from 'vitest'
import { FakeClock } from '../../lib/index.ts'
import { RuntimeError } from '../errors.ts'
import { RuntimeHealth } from './runtime-health.ts'

const READY = { ready: true, networkReady: true, message: '' }

function openHealth() {
  const clock = new FakeClock()
  let answers = true
  let readiness = READY
  const answer = async <T>(value: T): Promise<T> => {
    if (!answers) throw new RuntimeError('Unavailable', 'connection refused')
    return value
  }
  const health = new RuntimeHealth(
    {
      isolated: true,
      version: () => answer({ name: 'containerd', version: '1.6.20' }),
      readiness: () => answer(readiness),
    },
    clock,
  )
  return {
    clock,
    health,
    die: () => (answers = false),
    comeBack: () => (answers = true),
    say: (words: typeof READY) => (readiness = words),
  }
}

test('a runtime that is started again was never down', async () => {
  const { clock, health, die, comeBack } = openHealth()
  const before = await health.ask()
  die()
  await clock.advance(29_000)
  expect(await health.ask()).toEqual(before)
  comeBack()
  await clock.advance(5_000)
  expect(await health.ask()).toMatchObject({ readiness: READY })
})

test('a runtime that has been silent for half a minute is down, and up again as soon as it answers', async () => {
  const { clock, health, die, comeBack } = openHealth()
  await health.ask()
  die()
  await clock.advance(30_000)
  expect(await health.ask()).toEqual({
    version: { name: 'containerd', version: '1.6.20' },
    readiness: { ready: false, networkReady: false, message: 'container runtime is down' },
  })
  comeBack()
  expect((await health.ask()).readiness).toEqual(READY)
})

test('a runtime that never answered is not ready, for the reason that there is', async () => {
  const { health, die } = openHealth()
  die()
  expect(await health.ask()).toMatchObject({
    version: { version: 'unknown' },
    readiness: { ready: false, message: 'connection refused' },
  })
})

test('what a runtime says of itself counts at once', async () => {
  const { health, say, die } = openHealth()
  await health.ask()
  const words = { ready: true, networkReady: false, message: 'NetworkReady: cni plugin not initialized' }
  say(words)
  expect((await health.ask()).readiness).toEqual(words)
  die()
  expect((await health.ask()).readiness).toEqual(words)
})
