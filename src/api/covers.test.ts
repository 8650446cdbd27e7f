import { describe, expect, it } from 'vitest'
import { covers } from './covers.ts'

describe('covers', () => {
  it.each([
    { present: { a: 1, b: 2 }, wished: { a: 1 }, expected: true },
    { present: { a: 1 }, wished: { a: 1, b: 2 }, expected: false },
    { present: { a: [{ x: 1, y: 2 }] }, wished: { a: [{ x: 1 }] }, expected: true },
    { present: { a: [1, 2] }, wished: { a: [1] }, expected: false },
    { present: {}, wished: { a: undefined }, expected: true },
    { present: null, wished: { a: 1 }, expected: false },
    { present: { a: '1' }, wished: { a: 1 }, expected: false },
  ])('$present, wished $wished: $expected', ({ present, wished, expected }) => {
    expect(covers(present, wished)).toBe(expected)
  })
})
