import { expect, test } from 'vitest'
import { ToldFailures } from './told-failures.ts'

test('the same failure of a pod is news once in six minutes', () => {
  const told = new ToldFailures()
  expect(told.isNews('a', 'full', 0)).toBe(true)
  expect(told.isNews('a', 'full', 359_999)).toBe(false)
  expect(told.isNews('b', 'full', 1)).toBe(true)
  expect(told.isNews('a', 'fuller', 2)).toBe(true)
  expect(told.isNews('a', 'fuller', 360_002)).toBe(true)
  told.forget('b')
  expect(told.isNews('b', 'full', 3)).toBe(true)
})
