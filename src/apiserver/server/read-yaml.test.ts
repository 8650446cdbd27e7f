import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { parseJson } from '../../api/machinery.ts'
import { readYaml } from './read-yaml.ts'

test.each<[string, unknown]>([
  ['', null],
  ['~', null],
  ['yes', true],
  ['Off', false],
  ['y', true],
  ['"yes"', 'yes'],
  ['0644', 420],
  ['0o644', 420],
  ['0b101', 5],
  ['-0x1F', -31],
  ['1_000', 1000],
  ['08', 8],
  ['80:90', '80:90'],
  ['2025-01-02', '2025-01-02'],
  ['1e3', 1000],
  ['.5', 0.5],
  ['9007199254740993', 9007199254740993n],
  ['-9223372036854775808', -(2n ** 63n)],
  ['9223372036854775808', 2 ** 63],
  ['{1: a, true: b, 2.5: c}', { 1: 'a', true: 'b', 2.5: 'c' }],
  ['{<<: {a: 1, b: 1}, a: 2}', { a: 2, b: 1 }],
  ['- |\n  a\n  b\n- >-\n  c\n  d\n', ['a\nb\n', 'c d']],
])('%j is read as Go reads it', (text, value) => {
  expect(readYaml(text).value).toEqual(value)
})

describe('is refused:', () => {
  test.each([
    ['a: b\n---\nc: d\n', 'yaml: there is more than one document'],
    ['a: b: c', 'yaml: line 1: '],
    ['.inf', 'json: unsupported value: .inf'],
    ['a: !!binary aGk=', 'yaml: line 1: unknown scalar tag !<tag:yaml.org,2002:binary>'],
    ['['.repeat(600), 'yaml: line 1: nesting exceeded maxDepth (500)'],
    [laughs(9), 'yaml: document contains excessive aliasing'],
  ])('%j', (text, why) => {
    expect(() => readYaml(text)).toThrow(why)
  })
})

/** Each line ten times the one before it. */
function laughs(lines: number): string {
  const [first, ...rest] = Array.from({ length: lines }, (_, n) => n)
  return [
    `a${first}: &a${first} [x]`,
    ...rest.map((n) => `a${n}: &a${n} [${Array.from({ length: 10 }, () => `*a${n - 1}`).join()}]`),
  ].join('\n')
}

test('what goes by several names is not shared', () => {
  const { a, b } = readYaml('a: &x {m: 1}\nb: *x').value as Record<string, { m: number }>
  expect(b).toEqual({ m: 1 })
  expect(a).not.toBe(b)
})

test('what was written of JSON is that JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('QUOTE_SINGLE', 'QUOTE_DOUBLE', 'PLAIN'), (value, style) => {
      const plain = parseJson(JSON.stringify(value))
      const text = stringify(plain, { version: '1.1', defaultStringType: style as 'PLAIN', keepUndefined: false })
      expect(readYaml(text).value).toEqual(plain)
    }),
  )
})

test('three megabytes take less than a second of the processor', () => {
  const pods = Array.from({ length: 20_000 }, (_, n) => ({
    kind: 'Pod',
    metadata: { name: `p${n}`, labels: { a: 'b' } },
  }))
  const text = stringify(pods)
    .repeat(2)
    .slice(0, 3 * 1024 * 1024)
  const whole = text.slice(0, text.lastIndexOf('\n- ') + 1)
  const before = process.cpuUsage()
  expect(readYaml(whole).duplicates).toEqual([])
  const { user, system } = process.cpuUsage(before)
  expect(user + system).toBeLessThan(1_000_000)
})
