/** Checks of what an expression has as literals: durations, timestamps, patterns, format templates, and lists and maps of
 *  mixed types. Source: cel-go v0.26, cel/validator.go, ext/formatting.go. */
import { compilePattern } from '../../regexp/index.ts'
import { BadTemplate, type ClauseKind, clauseProblem, readTemplate } from '../functions/format-template.ts'
import type { Issue } from '../issues.ts'
import type { Call, Expression } from '../syntax/ast.ts'
import { isTimestampInRange, NANOS_PER_SECOND, parseGoDuration, parseTimestamp } from '../values/time.ts'
import { childrenOf } from './checker.ts'
import { type CelType, DYN, formatType, isDyn, optionalElement, sameType, type TypeKind } from './types.ts'

/** `root` is checked and without errors. */
export function validate(root: Expression, issues: Issue[]): void {
  const open: { node: Expression; exempt: boolean }[] = [{ node: root, exempt: false }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node } = next
    const exempt = next.exempt || (node.kind === 'call' && node.name === 'format')
    if (node.kind === 'call') checkCall(node, issues)
    if (!exempt) checkHomogeneous(node, issues)
    for (const child of childrenOf(node)) open.push({ node: child, exempt })
  }
}

function checkCall(node: Call, issues: Issue[]): void {
  const first = node.arguments[0]
  if (node.name === 'format' && node.target !== undefined) checkFormat(node, issues)
  if (first?.kind !== 'literal') return
  const valid = LITERAL_CHECKS[node.name]?.(first.value)
  if (valid === false) issues.push({ at: first.at, message: `invalid ${node.name} argument` })
}

const LITERAL_CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  duration: (value) => typeof value !== 'string' || parseGoDuration(value) !== undefined,
  timestamp: (value) => (typeof value === 'bigint' ? isTimestampInRange(value * NANOS_PER_SECOND) : isTimestamp(value)),
  matches: (value) => typeof value !== 'string' || compilePattern(value).ok,
}

function isTimestamp(value: unknown): boolean {
  if (typeof value !== 'string') return true
  const nanos = parseTimestamp(value)?.nanos
  return nanos !== undefined && isTimestampInRange(nanos)
}

function checkHomogeneous(node: Expression, issues: Issue[]): void {
  if (node.kind === 'list') {
    const parts = node.elements.map((element, index) => typed(element, node.optional.has(index)))
    issues.push(...mismatches(parts).slice(0, 1))
  } else if (node.kind === 'map') {
    issues.push(...mismatches(node.entries.map(({ key }) => typed(key, false))))
    issues.push(...mismatches(node.entries.map(({ value, optional }) => typed(value, optional))))
  }
}

function typed({ at, type = DYN }: Expression, optional: boolean): { at: number; type: CelType } {
  return { at, type: optional ? (optionalElement(type) ?? type) : type }
}

/** Parts of another type than the first. */
function mismatches(parts: readonly { at: number; type: CelType }[]): Issue[] {
  const expected = parts[0]?.type
  if (expected === undefined) return []
  const odd = parts.filter(({ type }) => !sameType(expected, type))
  return odd.map(({ at, type }) => {
    return { at, message: `expected type '${formatType(expected)}' but found '${formatType(type)}'` }
  })
}

const SHOWN: ReadonlySet<TypeKind> = new Set<TypeKind>([
  'list',
  'map',
  'int',
  'uint',
  'double',
  'bool',
  'string',
  'timestamp',
  'bytes',
  'duration',
  'type',
  'null',
])
const INTEGERS: ReadonlySet<TypeKind> = new Set<TypeKind>(['int', 'uint'])
const DOUBLES: ReadonlySet<TypeKind> = new Set<TypeKind>(['double', 'string'])
const HEX: ReadonlySet<TypeKind> = new Set<TypeKind>(['int', 'uint', 'string', 'bytes'])
const CLAUSES: Readonly<Record<ClauseKind, ReadonlySet<TypeKind>>> = {
  s: SHOWN,
  d: INTEGERS,
  f: DOUBLES,
  e: DOUBLES,
  b: new Set<TypeKind>(['int', 'uint', 'bool']),
  x: HEX,
  X: HEX,
  o: INTEGERS,
}

function checkFormat(node: Call, issues: Issue[]): void {
  const list = node.arguments[0]
  if (node.target?.kind !== 'literal' || typeof node.target.value !== 'string' || list?.kind !== 'list') return
  try {
    const clauses = readTemplate(node.target.value, list.elements.length).filter((part) => typeof part !== 'string')
    for (const { kind, index } of clauses) {
      const bad = list.elements[index] && unfit(list.elements[index], kind)
      if (bad === undefined) continue
      const message = `error during formatting: ${clauseProblem(kind, bad.type?.name ?? 'dyn')}`
      issues.push({ at: bad.at, message })
      return
    }
    if (list.elements.length <= clauses.length) return
    const message = `too many arguments supplied to string.format (expected ${clauses.length}, got ${list.elements.length})`
    issues.push({ at: node.at, message })
  } catch (error) {
    if (!(error instanceof BadTemplate)) throw error
    issues.push({ at: node.at, message: error.message })
  }
}

/** The part of `node` that the clause cannot show. */
function unfit(node: Expression, kind: ClauseKind): Expression | undefined {
  const type = node.type ?? DYN
  if (!isDyn(type) && !CLAUSES[kind].has(type.kind)) return node
  if (kind !== 's' || (node.kind !== 'list' && node.kind !== 'map')) return undefined
  for (const child of childrenOf(node)) {
    const bad = unfit(child, kind)
    if (bad !== undefined) return bad
  }
  return undefined
}
