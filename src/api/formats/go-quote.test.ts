import { describe, expect, test } from 'vitest'
import { goQuote } from './go-quote.ts'

describe('a quoted text', () => {
  test.each([
    ['plain', '"plain"'],
    ['with "quotes" and \\', String.raw`"with \"quotes\" and \\"`],
    ['lines\r\n\tand \v\u0007\b\f', String.raw`"lines\r\n\tand \v\a\b\f"`],
    ['\u0001\u007f', String.raw`"\x01\x7f"`],
    ['한국어, é', '"한국어, é"'],
    ['\u00a0\u200b\u{e0001}', String.raw`"\u00a0\u200b\U000e0001"`],
  ])('of %j is as Go prints it', (text, printed) => {
    expect(goQuote(text)).toBe(printed)
  })
})
