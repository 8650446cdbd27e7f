/** semver(), isSemver() and comparing versions. Source: k8s.io/apiserver v0.34, pkg/cel/library/semverlib.go;
 *  github.com/blang/semver v4. */
import { func, type Implementation, method, type Overload } from '../../check/overload.ts'
import { BOOL, INT, objectType, STRING } from '../../check/types.ts'
import { EvalError, noSuchOverload, OpaqueValue, type Result } from '../../values/value.ts'

export const SEMVER = objectType('kubernetes.Semver')

class SemverValue extends OpaqueValue {
  readonly type = SEMVER
  readonly numbers: readonly bigint[]
  readonly prerelease: readonly string[]
  constructor(numbers: readonly bigint[], prerelease: readonly string[]) {
    super()
    this.numbers = numbers
    this.prerelease = prerelease
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof SemverValue && compareVersions(this, other) === 0
  }
}

const UINT64 = 2n ** 64n

function numberPart(text: string, name: string): bigint | EvalError {
  if (!/^[0-9]+$/.test(text))
    return new EvalError(`Invalid character(s) found in ${name.toLowerCase()} number ${JSON.stringify(text)}`)
  if (text.length > 1 && text.startsWith('0')) {
    return new EvalError(`${name} number must not contain leading zeroes ${JSON.stringify(text)}`)
  }
  const value = text.length > 20 ? UINT64 : BigInt(text)
  return value < UINT64
    ? value
    : new EvalError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`)
}

/** Splits at the first `count - 1` dots. */
function splitDots(text: string, count: number): string[] {
  const parts = text.split('.')
  return parts.length <= count ? parts : [...parts.slice(0, count - 1), parts.slice(count - 1).join('.')]
}

function parse(text: string): Result {
  if (text === '') return new EvalError('Version string empty')
  const [major, minor, rest] = splitDots(text, 3)
  if (major === undefined || minor === undefined || rest === undefined) {
    return new EvalError('No Major.Minor.Patch elements found')
  }
  const plus = rest.indexOf('+')
  const [body, build] = plus === -1 ? [rest, undefined] : [rest.slice(0, plus), rest.slice(plus + 1)]
  const dash = body.indexOf('-')
  const [patch, prerelease] = dash === -1 ? [body, undefined] : [body.slice(0, dash), body.slice(dash + 1)]
  const numbers: bigint[] = []
  for (const [part, name] of [
    [major, 'Major'],
    [minor, 'Minor'],
    [patch, 'Patch'],
  ] as const) {
    const value = numberPart(part, name)
    if (value instanceof EvalError) return value
    numbers.push(value)
  }
  const failure = wordsProblem(prerelease, 'Prerelease') ?? wordsProblem(build, 'Build meta data')
  return failure ?? new SemverValue(numbers, prerelease?.split('.') ?? [])
}

function wordsProblem(text: string | undefined, name: string): EvalError | undefined {
  for (const word of text?.split('.') ?? []) {
    if (word === '') return new EvalError(`${name} is empty`)
    if (!/^[0-9A-Za-z-]+$/.test(word))
      return new EvalError(`Invalid character(s) found in ${name.toLowerCase()} ${JSON.stringify(word)}`)
    if (name === 'Prerelease' && /^0[0-9]+$/.test(word)) {
      return new EvalError(`Numeric PreRelease version must not contain leading zeroes ${JSON.stringify(word)}`)
    }
  }
  return undefined
}

/** `v1.2` is `1.2.0`, and `01` is `1`. */
function normalize(text: string): string | EvalError {
  const parts = splitDots(text.replace(/^v/, ''), 3).map((part) =>
    part.length > 1 ? part.replace(/^0+/, '').replace(/^(?![0-9])/, '0') : part,
  )
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) {
    return new EvalError('short version cannot contain PreRelease/Build meta data')
  }
  while (parts.length < 3) parts.push('0')
  return parts.join('.')
}

function compareVersions(a: SemverValue, b: SemverValue): -1 | 0 | 1 {
  for (const [index, left] of a.numbers.entries()) {
    const right = b.numbers[index] ?? 0n
    if (left !== right) return left < right ? -1 : 1
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) {
    return a.prerelease.length === b.prerelease.length ? 0 : a.prerelease.length === 0 ? 1 : -1
  }
  for (const [index, left] of a.prerelease.entries()) {
    const right = b.prerelease[index]
    const order = right === undefined ? 1 : compareWords(left, right)
    if (order !== 0) return order
  }
  return a.prerelease.length < b.prerelease.length ? -1 : 0
}

function compareWords(a: string, b: string): -1 | 0 | 1 {
  const numeric = [a, b].map((word) => /^[0-9]+$/.test(word))
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1
  const [left, right] = numeric[0] ? [BigInt(a.slice(0, 40)), BigInt(b.slice(0, 40))] : [a, b]
  if (left === right) return 0
  return left < right ? -1 : 1
}

const make: Implementation = ([text, lenient = false]) => {
  if (typeof text !== 'string' || typeof lenient !== 'boolean') return noSuchOverload()
  const normal = lenient ? normalize(text) : text
  return normal instanceof EvalError ? normal : parse(normal)
}

const isOne: Implementation = (args, context) => make(args, context) instanceof SemverValue

const part =
  (index: number): Implementation =>
  ([version]) => {
    if (!(version instanceof SemverValue)) return noSuchOverload()
    return BigInt.asIntN(64, version.numbers[index] ?? 0n)
  }

const compared =
  (answer: (order: number) => Result): Implementation =>
  ([a, b]) =>
    a instanceof SemverValue && b instanceof SemverValue ? answer(compareVersions(a, b)) : noSuchOverload()

const SS = [SEMVER, SEMVER]

export const semverFunctions: Record<string, readonly Overload[]> = {
  semver: [
    func(['string_to_semver', [STRING], SEMVER], make),
    func(['string_bool_to_semver', [STRING, BOOL], SEMVER], make),
  ],
  isSemver: [
    func(['is_semver_string', [STRING], BOOL], isOne),
    func(['is_semver_string_bool', [STRING, BOOL], BOOL], isOne),
  ],
  isGreaterThan: [
    method(
      ['semver_is_greater_than', SS, BOOL],
      compared((order) => order > 0),
    ),
  ],
  isLessThan: [
    method(
      ['semver_is_less_than', SS, BOOL],
      compared((order) => order < 0),
    ),
  ],
  compareTo: [method(['semver_compare_to', SS, INT], compared(BigInt))],
  major: [method(['semver_major', [SEMVER], INT], part(0))],
  minor: [method(['semver_minor', [SEMVER], INT], part(1))],
  patch: [method(['semver_patch', [SEMVER], INT], part(2))],
}
