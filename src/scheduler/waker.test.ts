import { expect, it } from 'vitest'
import { FakeClock } from '../lib/index.ts'
import { Waker } from './waker.ts'

const soon = () => new Promise((resolve) => setImmediate(resolve))

function asleep(atMs: number | undefined) {
  const clock = new FakeClock(1_000)
  const waker = new Waker(clock)
  let isAwake = false
  void waker.sleepUntil(atMs).then(() => (isAwake = true))
  return { clock, waker, isAwake: async () => (await soon(), isAwake) }
}

it('sleeps until its time has come', async () => {
  const { clock, isAwake } = asleep(1_500)
  expect(await isAwake()).toBe(false)
  await clock.advance(499)
  expect(await isAwake()).toBe(false)
  await clock.advance(1)
  expect(await isAwake()).toBe(true)
})

it('without a time sleeps until it is woken, and a second wake does no harm', async () => {
  const { clock, waker, isAwake } = asleep(undefined)
  await clock.advance(1_000_000)
  expect(await isAwake()).toBe(false)
  waker.wake()
  waker.wake()
  expect(await isAwake()).toBe(true)
})

it('gives the event loop a turn where the time has come already', async () => {
  const { isAwake } = asleep(1_000)
  expect(await isAwake()).toBe(true)
})

it('asks for no longer timer than there is, and looks again when that ends', async () => {
  const asked: number[] = []
  const sleep = async (ms: number) => void asked.push(ms)
  await new Waker({ now: () => 0, sleep }).sleepUntil(2 ** 40)
  expect(asked).toEqual([2 ** 31 - 1])
})
