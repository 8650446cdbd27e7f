import * as fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { duplicateKeys, placesOf } from './duplicate-keys.ts'

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

it('tells where fields are, and where they are again', () => {
  const [b, again, none] = [
    { path: 'a.b', again: false },
    { path: 'a', again: true },
    { path: 'x', again: false },
  ]
  const places = placesOf('{"a": {"b": 1}, "c": 1, "a": {"b": 2}}', [again, none, b])
  expect([b, again, none].map((field) => places.get(field))).toEqual([2, 4, undefined])
})
