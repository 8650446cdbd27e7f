import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  canonicalElement,
  compareElements,
  elementText,
  keyElement,
  sortElements,
  valueElement,
} from './path-element.ts'

const sorted = (elements: string[]) => [...elements].sort(compareElements)

describe('the order of path elements', () => {
  test.each([
    [['f:a', 'f:ab', 'f:b', 'k:{"name":"a"}', 'v:1', 'v:"a"', 'i:0', 'i:10']],
    [['k:{"name":"a"}', 'k:{"name":"a b"}', 'k:{"name":"a!"}', 'k:{"name":"ab"}', 'k:{"name":"b"}']],
    [['k:{"port":9}', 'k:{"port":80}', 'k:{"port":443,"protocol":"TCP"}', 'k:{"port":443,"protocol":"UDP"}']],
    [['k:{"name":"a"}', 'k:{"name":"a","x":"y"}', 'k:{"port":1}']],
    [['k:{"name":"\\"b"}', 'k:{"name":"#"}', 'k:{"name":"\\\\"}']],
    [['v:1', 'v:2', 'v:10', 'v:"1"', 'v:false', 'v:true']],
  ])('is %j', (elements) => {
    expect(sorted(elements.toReversed())).toEqual(elements)
  })

  it('is what sorting brings them into, be they few or many', () => {
    const element = fc.oneof(
      fc.constant('.'),
      fc.string({ maxLength: 4 }).map((name) => `f:${name}`),
    )
    fc.assert(
      fc.property(fc.uniqueArray(element, { maxLength: 60, size: 'max' }), (elements) => {
        const inPlace = [...elements]
        sortElements(inPlace)
        expect(inPlace).toEqual(sorted(elements))
      }),
    )
  })

  it('is that of the values of keys', () => {
    const value = fc.oneof(fc.string({ maxLength: 3 }), fc.integer({ min: -20, max: 200 }))
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        const order = compareElements(
          keyElement([
            ['k', a],
            ['l', c],
          ]),
          keyElement([
            ['k', b],
            ['l', c],
          ]),
        )
        const rank = (one: string | number) => (typeof one === 'number' ? 0 : 1)
        const expected = rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0)
        expect(Math.sign(order)).toBe(Math.sign(expected))
      }),
    )
  })
})

describe('a path element', () => {
  test.each([
    ['f:a.b/c', '.a.b/c'],
    [
      keyElement([
        ['name', 'x'],
        ['port', 80],
      ]),
      '[name="x",port=80]',
    ],
    [valueElement('a'), '[="a"]'],
    [valueElement(1), '[=1]'],
    ['i:3', '[3]'],
  ])('%s is written %s in messages', (element, text) => {
    expect(elementText(element)).toBe(text)
  })

  it('is spelled in one way', () => {
    expect(canonicalElement('k:{"b": 1, "a":"<"}')).toBe('k:{"a":"\\u003c","b":1}')
    expect(canonicalElement('v: "x"')).toBe('v:"x"')
    expect(canonicalElement('q:x')).toBeUndefined()
  })

  test.each(['f', 'name', 'k:[1]', 'k:{', 'v:', 'i:x'])('%j is none', (text) => {
    expect(() => canonicalElement(text)).toThrow()
  })
})
