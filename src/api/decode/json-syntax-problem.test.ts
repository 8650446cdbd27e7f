import * as fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { jsonSyntaxProblem } from './json-syntax-problem.ts'

test.each([
  ['', 'unexpected end of JSON input'],
  ['{', 'unexpected end of JSON input'],
  ['{"a":', 'unexpected end of JSON input'],
  ['"abc', 'unexpected end of JSON input'],
  ['not json', "invalid character 'o' in literal null (expecting 'u')"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['{}x', "invalid character 'x' after top-level value"],
  ["'a'", "invalid character '\\'' looking for beginning of value"],
  ['01', "invalid character '1' after top-level value"],
  ['-x', "invalid character 'x' in numeric literal"],
  ['1.x', "invalid character 'x' after decimal point in numeric literal"],
  ['1ex', "invalid character 'x' in exponent of numeric literal"],
  ['"\\q"', "invalid character 'q' in string escape code"],
  ['"\\u12x4"', "invalid character 'x' in \\u hexadecimal character escape"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
])('%j: %s', (text, problem) => {
  expect(jsonSyntaxProblem(text)).toBe(problem)
})

it('says something of every text that is no JSON', () => {
  const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'{}[]",:01.eE+-\\utrfalsn '.split('')) }))
  fc.assert(
    fc.property(texts, (text) => {
      try {
        JSON.parse(text)
      } catch {
        expect(jsonSyntaxProblem(text)).not.toBe('')
        expect(
          jsonSyntaxProblem(text) === 'unexpected end of JSON input' ||
            jsonSyntaxProblem(text).startsWith('invalid character'),
        ).toBe(true)
      }
    }),
  )
})
