import { expect, test } from 'vitest'
import { FakeClock } from '../../lib/index.ts'
import { watchTasks } from './watch.ts'

const START_MS = 1_700_000_000_000

/** A runtime whose stream of events is in the test's hands; `looks` are the seconds at which a list was asked for. */
async function openWatch() {
  const clock = new FakeClock(START_MS)
  const stop = new AbortController()
  let stream: { tell: () => void; end: () => void } | undefined
  let answers = true
  const looks: number[] = []
  const watching = watchTasks({
    subscribe: (heard, signal) =>
      new Promise((resolve) => {
        if (!answers) return resolve()
        const end = () => {
          stream = undefined
          resolve()
        }
        stream = { tell: () => heard('/tasks/exit'), end }
        signal.addEventListener('abort', end, { once: true })
      }),
    clock,
    signal: stop.signal,
    changed: () => looks.push((clock.now() - START_MS) / 1000),
  })
  return {
    tell: () => stream?.tell(),
    die: () => {
      answers = false
      stream?.end()
    },
    comeBack: () => (answers = true),
    /** When lists were asked for in the next `seconds`. */
    pass: async (seconds: number) => {
      looks.splice(0)
      await clock.advance(seconds * 1000)
      return [...looks]
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await watching
    },
  }
}

test('while a runtime tells of ends and nothing ends, it is listed every five seconds', async () => {
  await using watch = await openWatch()
  await watch.pass(10)
  expect(await watch.pass(10)).toHaveLength(2)
})

test("an end is looked at until the runtime's own records have surely followed", async () => {
  await using watch = await openWatch()
  await watch.pass(10)
  watch.tell()
  expect(await watch.pass(5)).toEqual([10.1, 11, 12])
})

test('an end that falls between the loss of the stream and the next one is seen within a second', async () => {
  await using watch = await openWatch()
  await watch.pass(10)
  watch.die()
  expect(await watch.pass(3)).toEqual([11, 12, 13])
  watch.comeBack()
  expect(await watch.pass(10)).toEqual(expect.arrayContaining([14, 15]))
  expect(await watch.pass(10)).toHaveLength(2)
})
