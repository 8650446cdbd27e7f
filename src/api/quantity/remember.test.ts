import { expect, test } from 'vitest'
import { remember } from './remember.ts'

test('what was worked out is not worked out again, but for long texts and for what failed', () => {
  const asked: string[] = []
  const length = remember((text) => {
    asked.push(text)
    if (text === 'bad') throw new Error('bad')
    return { length: text.length }
  })
  const long = 'x'.repeat(100)
  expect(length('100m')).toBe(length('100m'))
  expect([length(long), length(long)]).toEqual([{ length: 100 }, { length: 100 }])
  for (let i = 0; i < 2; i++) expect(() => length('bad')).toThrow('bad')
  expect(asked).toEqual(['100m', long, long, 'bad', 'bad'])
})

test('however many texts come, few are kept, and each gets its own answer', () => {
  const same = remember((text) => text)
  for (let i = 0; i < 5000; i++) expect(same(String(i))).toBe(String(i))
  for (let i = 0; i < 5000; i++) expect(same(String(i))).toBe(String(i))
})
