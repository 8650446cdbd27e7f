import * as fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { duplicateKeys } from './duplicate-keys.ts'

const find = (text: string) => duplicateKeys(text, JSON.parse(text))

test.each([
  ['{"a": 1, "a": 2}', [{ key: 'a', path: 'a', line: 1 }]],
  ['{"a": {"b": 1},\n "c": [{"d": ":", "d": 2}]}', [{ key: 'd', path: 'c[0].d', line: 2 }]],
  ['{"x": [1, 2, {"\\"y": {},\n\n"\\"y": []}]}', [{ key: '"y', path: 'x[2]."y', line: 3 }]],
  ['{"a": 1, "\\u0061": 2}', [{ key: 'a', path: 'a', line: 1 }]],
  ['[{"a": 1}, {"a": 1}]', []],
])('finds a key that is there twice in %s', (text, expected) => {
  expect(find(text)).toEqual(expected)
})

it('finds none in what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(find(JSON.stringify(value, undefined, 1))).toEqual([])
    }),
  )
})
