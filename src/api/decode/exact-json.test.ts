import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactInteger, MAX_INT64, MIN_INT64, parseJson } from './exact-json.ts'

test.each([
  '9007199254740993',
  '1700000000000000001',
  '-9223372036854775806',
  '9223372036854775807',
  '-9223372036854775808',
])('%s is read and written as it is', (number) => {
  const text = `{"a":[${number},{"b":${number}}]}`
  expect(parseJson(text)).toEqual({ a: [BigInt(number), { b: BigInt(number) }] })
  expect(JSON.stringify(parseJson(text))).toBe(text)
})

test.each([
  '9007199254740991',
  '-9007199254740991',
  '1.7000000000000000001',
  '1e17',
  '9223372036854775808',
  '"1700000000000000001"',
])('%s is what JSON.parse makes of it', (text) => {
  expect(parseJson(text)).toBe(JSON.parse(text))
})

test('whatever JSON is written is read as it was', () => {
  const integer = fc.bigInt({ min: MIN_INT64, max: MAX_INT64 }).map(exactInteger)
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      integer,
      fc.jsonValue(),
      fc.array(tie('tree')),
      fc.dictionary(fc.string(), tie('tree'), { noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      const text = JSON.stringify(value)
      expect(JSON.stringify(parseJson(text))).toBe(text)
    }),
  )
})

test('what is no JSON is refused as JSON.parse refuses it', () => {
  expect(() => parseJson('{"a":9007199254740993')).toThrow(SyntaxError)
})
