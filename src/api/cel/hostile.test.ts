/** Expressions come from users: none of them may crash the server, or keep it busy. */
import * as fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { DYN } from './check/types.ts'
import { compileCel } from './compile.ts'
import { simple } from './declare/declaration.ts'
import { jsonValue } from './declare/json-value.ts'
import golden from './golden/upstream-cases.json' with { type: 'json' }
import { kubernetesEnvironment } from './kubernetes-environment.ts'

const environment = kubernetesEnvironment({ d: simple(DYN) })
const data = jsonValue({
  s: 'a'.repeat(300_000),
  l: Array.from({ length: 50_000 }, (_, index) => index),
  m: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, index])),
})

function run(expression: string): string {
  const compiled = compileCel(expression, environment)
  if (!compiled.ok) return compiled.error
  compiled.estimateCost()
  const result = compiled.program.evaluate((name) => (name === 'd' ? data : undefined))
  return result.ok ? 'done' : result.error
}

const times = (text: string, count: number) => text.repeat(count)
const STOPPED = 'actual cost limit exceeded'

test.each([
  ['open brackets', times('(', 50_000), 'recursion limit'],
  ['brackets', `${times('(', 260)}1${times(')', 260)}`, 'recursion limit'],
  ['lists in lists', `${times('[', 240)}${times(']', 240)}`, 'done'],
  ['a long sum', `${times('1+', 40_000)}1`, 'recursion limit'],
  ['a long path', `d${times('.a', 40_000)}`, 'recursion limit'],
  ['a long conjunction', `${times('true&&', 15_000)}true`, 'done'],
  ['negations', `${times('!', 50_000)}true`, 'done'],
  ['choices', `${times('true?1:', 14_000)}1`, 'recursion limit'],
  ['too long a text', times(' ', 100_001), 'size exceeds limit'],
  ['many errors', times('#', 90_000), 'more errors were truncated'],
  ['a macro that doubles its target', `optional.of(1)${times('.optMap(x,x)', 100)}`, 'too large'],
  ['a type that doubles', `[1]${times('.map(x,{x:x})', 100)}`, 'too complex'],
  ['types in types', `[1]${times('.map(x,[x])', 200)}`, 'done'],
  ['many free types', `[${times('[],', 20_000)}[]]`, 'done'],
  ['loops in loops', `${times('[1,2,3,4,5,6,7,8,9,10].map(x,', 7)}1${times(')', 7)}`, STOPPED],
  ['loops over much', 'd.l.all(x, d.l.all(y, d.l.all(z, true)))', STOPPED],
  ['sharing that grows when compared', `optional.of([1])${times('.optMap(x,[x,x])', 8)}.optMap(x, x == x)`, 'done'],
  ['lists that double', '[d.l,d.l,d.l,d.l].map(x,x+x+x+x+x+x).map(x,x+x+x+x).map(x,x+x+x).size()', STOPPED],
  ['comparing much', `${times('d.l==d.l&&', 200)}true`, STOPPED],
  ['looking through much', 'd.l.all(x, x in d.l)', STOPPED],
  ['sets of much', 'sets.equivalent(d.l, d.l)', STOPPED],
  ['a text that grows', "d.s.replace('a', d.s).replace('a', d.s)", STOPPED],
  ['a text that is joined', 'd.l.map(x, d.s).join(d.s).size()', STOPPED],
  ['parts of a text', 'd.l.all(i, d.s.substring(i).size() >= 0)', STOPPED],
  ['a pattern that backtracks elsewhere', "d.s.matches('^(([a-z])+.)+[A-Z]([a-z])+$')", 'done'],
  ['a pattern of many states', "matches(d.s, '((a{0,30}){0,30})$')", 'done'],
  ['a different pattern each time', "d.l.all(i, 'a'.matches('(a{0,100}){0,9}' + string(i)) || true)", STOPPED],
  ['digits', `int('${times('9', 50_000)}')`, 'type conversion error'],
  ['a number', times('9', 90_000), 'invalid int literal'],
  ['a long duration', `duration('${times('1h', 30_000)}')`, 'done'],
  ['places of a number', "'%.99999f'.format([1.0])", 'done'],
])('%s', (_, expression, expected) => {
  const started = performance.now()
  expect(run(expression)).toContain(expected)
  // Far above what any of them takes, far below what they would take unbounded.
  expect(performance.now() - started).toBeLessThan(5000)
})

it('any text compiles or is refused', () => {
  const marks = '( ) [ ] { } . , : ? ! - + * && || == in % [? .?'.split(' ')
  const terms = ['d', 'x', '1', '1u', '"a"', "b'x'", 'true', 'null', 'd.s', 'int', 'optional.of(']
  const macros = ['.map(x,', '.all(x,', '.optMap(x,', 'has(']
  const words = fc.constantFrom(...marks, ...terms, ...macros)
  const texts = fc.oneof(
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join(' ')),
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  )
  fc.assert(
    fc.property(texts, (text) => {
      expect(typeof run(text)).toBe('string')
    }),
    { numRuns: 1000 },
  )
})

it('texts like real ones compile or are refused', () => {
  const expressions = golden.cases.map(({ expression }) => expression)
  const mutated = fc
    .tuple(fc.constantFrom(...expressions), fc.constantFrom(...expressions), fc.nat(), fc.nat())
    .map(([a, b, from, to]) => a.slice(0, from % (a.length + 1)) + b.slice(to % (b.length + 1)))
  fc.assert(
    fc.property(mutated, (text) => {
      expect(typeof run(text)).toBe('string')
    }),
    { numRuns: 1000 },
  )
})
