/** Expressions that are right, mostly: drawn by their types from a grammar, with here and there a part of a wrong type.
 *  Each compiles or is refused, and runs to an answer, an error or the end of its budget, in bounded time. */
import * as fc from 'fast-check'
import { DYN, INT, listOf, mapOf, STRING } from '../../src/api/cel/check/types.ts'
import { compileCel } from '../../src/api/cel/compile.ts'
import { simple } from '../../src/api/cel/declare/declaration.ts'
import { jsonValue } from '../../src/api/cel/declare/json-value.ts'
import { kubernetesEnvironment } from '../../src/api/cel/kubernetes-environment.ts'
import { PER_CALL_LIMIT } from '../../src/api/cel/program.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { checkPrototypes, MAX_INPUT_MS } from './surface.ts'

const environment = kubernetesEnvironment({
  d: simple(DYN),
  s: simple(STRING),
  l: simple(listOf(INT)),
  m: simple(mapOf(STRING, STRING)),
})
const VARIABLES = new Map(
  Object.entries({
    d: jsonValue({ a: 1, b: 'x', c: [1, 'x', 2.5, null, [1]], e: { f: { g: true } }, __proto__: null }),
    s: jsonValue('ab'.repeat(2_000)),
    l: jsonValue(Array.from({ length: 500 }, (_, index) => index % 7)),
    m: jsonValue(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, `v${index}`]))),
  }),
)

/** Each form is a text with the types of its parts in angle brackets. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  int: [
    '0',
    '1',
    '-1',
    '7',
    '9223372036854775807',
    '(<int> + <int>)',
    '(<int> - <int>)',
    '(<int> * <int>)',
    '(<int> / <int>)',
    '(<int> % <int>)',
    '-(<int>)',
    'size(<string>)',
    '<ints>.size()',
    '<texts>.size()',
    '<map>.size()',
    'int(<string>)',
    'int(<double>)',
    'int(<uint>)',
    'int(<timestamp>)',
    '<ints>[<int>]',
    'l[<int>]',
    '(<bool> ? <int> : <int>)',
    '<ints>.sum()',
    '<ints>.min()',
    '<ints>.max()',
    '<ints>.indexOf(<int>)',
    '<string>.indexOf(<string>)',
    '<string>.lastIndexOf(<string>)',
    'd.a',
    '<timestamp>.getFullYear()',
    "<timestamp>.getHours('UTC')",
    '<duration>.getSeconds()',
    'quantity(<number>).asInteger()',
    '<bytes>.size()',
    'ip(<ip>).family()',
    'cidr(<cidr>).prefixLength()',
    'semver(<semver>).major()',
    'quantity(<number>).compareTo(quantity(<number>))',
    'has(d.a) ? <int> : <int>',
    '<optional>.orValue(<int>)',
  ],
  uint: [
    '0u',
    '1u',
    '18446744073709551615u',
    '(<uint> + <uint>)',
    '(<uint> - <uint>)',
    '(<uint> * <uint>)',
    'uint(<int>)',
    'uint(<string>)',
  ],
  double: [
    '0.0',
    '1.5',
    '-1e308',
    '(<double> + <double>)',
    '(<double> / <double>)',
    '(<double> * <double>)',
    'double(<int>)',
    'double(<string>)',
    'quantity(<number>).asApproximateFloat()',
  ],
  bool: [
    'true',
    'false',
    '!<bool>',
    '(<bool> && <bool>)',
    '(<bool> || <bool>)',
    '(<int> < <int>)',
    '(<double> >= <double>)',
    '(<string> < <string>)',
    '(<int> == <int>)',
    '(<ints> == <ints>)',
    '(<map> != <map>)',
    '(<int> in <ints>)',
    '(<string> in <map>)',
    '<string>.contains(<string>)',
    '<string>.startsWith(<string>)',
    '<string>.matches(<pattern>)',
    'matches(<string>, <pattern>)',
    'has(d.b)',
    'has(d.e.f.g)',
    '<ints>.all(x, x > <int>)',
    '<ints>.exists(x, x == <int>)',
    '<ints>.exists_one(x, x == 1)',
    '<map>.all(k, k != <string>)',
    '<ints>.isSorted()',
    'bool(<string>)',
    'isIP(<ip>)',
    'isCIDR(<cidr>)',
    'isURL(<string>)',
    'isQuantity(<number>)',
    'isSemver(<semver>)',
    'ip(<ip>).isLoopback()',
    'cidr(<cidr>).containsIP(<ip>)',
    'cidr(<cidr>).containsCIDR(<cidr>)',
    '(<duration> < <duration>)',
    '(<timestamp> > <timestamp>)',
    '(type(<int>) == int)',
    'sets.contains(<ints>, <ints>)',
    'sets.intersects(<texts>, <texts>)',
    'sets.equivalent(<ints>, <ints>)',
    'quantity(<number>).isGreaterThan(quantity(<number>))',
    '<optional>.hasValue()',
    'semver(<semver>).isLessThan(semver(<semver>))',
    '!format.dns1123Label().validate(<string>).hasValue()',
    '(<string> in d)',
    'd.c.exists(x, x == <int>)',
    '<map>.exists(k, v, k == v)',
  ],
  string: [
    "''",
    "'a'",
    "'값'",
    "'\\u0000'",
    's',
    'd.b',
    '(<string> + <string>)',
    'string(<int>)',
    'string(<double>)',
    'string(<bytes>)',
    'string(<duration>)',
    'string(<timestamp>)',
    '<string>.replace(<string>, <string>)',
    '<string>.replace(<string>, <string>, <int>)',
    '<string>.substring(<int>)',
    '<string>.substring(<int>, <int>)',
    '<string>.charAt(<int>)',
    '<string>.lowerAscii()',
    '<string>.upperAscii()',
    '<string>.trim()',
    '<texts>.join()',
    '<texts>.join(<string>)',
    '<string>.find(<pattern>)',
    "'%s %d'.format([<string>, <int>])",
    "'%.3f %x %e'.format([<double>, <int>, <double>])",
    '<string>.format([<int>])',
    '<texts>[<int>]',
    'm[<string>]',
    'url(<string>).getHost()',
    'strings.quote(<string>)',
    '<string>.reverse()',
    'string(ip(<ip>))',
    '(<bool> ? <string> : <string>)',
  ],
  ints: [
    '[]',
    'l',
    '[<int>, <int>]',
    '(<ints> + <ints>)',
    '<ints>.map(x, x * <int>)',
    '<ints>.map(x, x > 1, x + <int>)',
    '<ints>.filter(x, x != <int>)',
    '<ints>.map(x, <ints>.size())',
    '<ints>.map(x, <int>)',
  ],
  texts: [
    "['a', <string>]",
    '<string>.split(<string>)',
    '<string>.split(<string>, <int>)',
    '<string>.findAll(<pattern>)',
    '<string>.findAll(<pattern>, <int>)',
    '<ints>.map(x, string(x))',
    '<map>.map(k, k)',
    '<map>.map(k, m[k])',
  ],
  map: [
    'm',
    '{}',
    '{<string>: <string>}',
    "{'a': <string>, 'b': <string>}",
    '<map>.transformMap(k, v, v + <string>)',
    '<map>.transformMapEntry(k, v, {v: k})',
  ],
  bytes: ["b'a'", "b'\\xff'", 'bytes(<string>)', '(<bytes> + <bytes>)'],
  duration: ["duration('1h')", 'duration(<string>)', '(<duration> + <duration>)', '(<timestamp> - <timestamp>)'],
  timestamp: [
    "timestamp('2024-01-01T00:00:00Z')",
    'timestamp(<string>)',
    'timestamp(<int>)',
    '(<timestamp> + <duration>)',
    '(<timestamp> - <duration>)',
  ],
  optional: [
    'optional.of(<int>)',
    'optional.none()',
    '<ints>[?<int>]',
    'd.?a',
    'm[?<string>].optMap(x, x.size())',
    'optional.ofNonZeroValue(<int>)',
  ],
  pattern: ["'a+'", "'(a|b)*c'", "'^(a+)+$'", "'['", "'\\\\d{1,1000}'", "'(?i)x'", "''", '<string>'],
  ip: ["'10.0.0.1'", "'::1'", "'::ffff:1.2.3.4'", '<string>'],
  cidr: ["'10.0.0.0/8'", "'::/0'", "'10.0.0.1/33'", '<string>'],
  semver: ["'1.2.3'", "'1.0.0-a.b+c'", "'v1'", '<string>'],
  number: ["'1Gi'", "'0.1m'", "'1e400'", "'-1'", '<string>'],
}
const TYPES = Object.keys(FORMS)
/** Short forms, to come to an end. */
const leavesOf = (type: string) => (FORMS[type] ?? []).filter((form) => !form.includes('<'))

/** `choices` decide everything; where they end, the text is brought to its end. */
function expressionOf(type: string, choices: Iterator<number>, depth: number): string {
  const choice = choices.next().value ?? 0
  const wanted = choice % 29 === 28 ? (TYPES[Math.floor(choice / 29) % TYPES.length] ?? type) : type
  const leaves = leavesOf(wanted)
  const forms = depth === 0 && leaves.length > 0 ? leaves : (FORMS[wanted] ?? [])
  const form = depth < -4 ? "''" : (forms[choice % forms.length] ?? '1')
  return form.replaceAll(/<([a-z]+)>/g, (_, part: string) => expressionOf(part, choices, depth - 1))
}

const expression = fc
  .tuple(
    fc.constantFrom('bool', 'int', 'string', 'ints', 'texts', 'map'),
    fc.array(fc.nat(1000), { maxLength: 60 }),
    fc.nat(5),
  )
  .map(([type, choices, depth]) => expressionOf(type, choices.values(), depth))

function run(text: string): void {
  const compiled = compileCel(text, environment)
  if (!compiled.ok) return
  const estimate = compiled.estimateCost()
  if (!(estimate.min <= estimate.max)) throw new Error(`the estimate is from ${estimate.min} to ${estimate.max}`)
  const [first, second] = [1, 2].map(() => compiled.program.evaluate((name) => VARIABLES.get(name)))
  if (first?.cost !== second?.cost || first?.ok !== second?.ok) throw new Error('it does not cost the same twice')
  if (first !== undefined && first.cost > PER_CALL_LIMIT && (first.ok || first.reason !== 'budget'))
    throw new Error(`it was let run for ${first.cost}`)
}

export const expressionTarget: FuzzTarget = {
  name: 'expressions of a grammar',
  numRuns: 60,
  run: (options) =>
    Promise.resolve(
      fc.assert(
        fc.property(expression, (text) => {
          const began = performance.now()
          run(text)
          const tookMs = performance.now() - began
          if (tookMs > MAX_INPUT_MS) throw new Error(`took ${Math.round(tookMs)} ms`)
          checkPrototypes()
        }),
        { ...options, numRuns: options.numRuns * 5 },
      ),
    ),
}
