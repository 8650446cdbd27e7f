import { expect, it } from 'vitest'
import { FakeClock } from '../../../lib/index.ts'
import { RememberedAnswers } from './remembered-answers.ts'

function remembering(most = 10) {
  const clock = new FakeClock()
  const answers = new RememberedAnswers<string>(clock, most)
  const asked: string[] = []
  const of = (key: string, goodForMs = 1000) =>
    answers.of(key, async () => {
      asked.push(key)
      return { value: `${key}${asked.length}`, goodForMs }
    })
  return { clock, answers, asked, of }
}

it('an answer is given again for as long as it is good', async () => {
  const { clock, of } = remembering()
  expect(await of('a')).toBe('a1')
  await clock.advance(999)
  expect(await of('a')).toBe('a1')
  await clock.advance(1)
  expect(await of('a')).toBe('a2')
})

it('who asks while the answer is on its way waits for the same one, even if it is not to be remembered', async () => {
  const { of, asked } = remembering()
  expect(await Promise.all([of('a', 0), of('a', 0), of('b', 0)])).toEqual(['a1', 'a1', 'b2'])
  expect(asked).toEqual(['a', 'b'])
  expect(await of('a', 0)).toBe('a3')
})

it('a failure is told to all who wait, and not remembered', async () => {
  const { answers, of } = remembering()
  const failing = () => answers.of('a', () => Promise.reject(new Error('gone')))
  expect(await Promise.allSettled([failing(), failing()])).toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ])
  expect(await of('a')).toBe('a1')
})

it('the oldest are forgotten', async () => {
  const { of, asked } = remembering(2)
  for (const key of ['a', 'b', 'c']) await of(key)
  for (const key of ['c', 'b']) await of(key)
  expect(asked).toEqual(['a', 'b', 'c'])
  await of('a')
  expect(asked).toEqual(['a', 'b', 'c', 'a'])
})
