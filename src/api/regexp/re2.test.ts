import { expect, it, test } from 'vitest'
import { compilePattern } from './index.ts'

const found = (source: string, text: string) => {
  const compiled = compilePattern(source)
  return compiled.ok ? compiled.pattern.test(text) : compiled.error
}

test.each([
  ['^[a-z]+$', 'abc', true],
  ['^[a-z]+$', 'abc1', false],
  ['b', 'abc', true],
  ['(?i)ABC', 'abc', true],
  ['^\\pL+$', '나루', true],
  ['(?=a)', '', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
  ['(a', '', 'error parsing regexp: missing closing ): `(a`'],
  ['a{2000}', '', 'error parsing regexp: invalid repeat count: `{2000}`'],
])('%s in %s: %s', (source, text, expected) => {
  expect(found(source, text)).toBe(expected)
})

it('takes no longer for a text that would make a backtracking engine hang', () => {
  expect(found('^(a+)+$', `${'a'.repeat(20_000)}b`)).toBe(false)
})
