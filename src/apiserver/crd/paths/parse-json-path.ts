/** The JSONPath of printer columns and selectable fields: fields, indexes, slices, wildcards, filters, unions of these,
 *  and descent. Source: k8s.io/client-go v0.34, util/jsonpath/parser.go; what stands in braces there. */
import type { Filter, JsonPath, Operand, Step } from './steps.ts'

/** Longer ones would only serve to exhaust the stack. */
const MAX_LENGTH = 2000

/** Undefined for what is no path. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const steps: Step[] = []
  let rest = text.startsWith('$') ? text.slice(1) : text
  while (rest !== '') {
    const step = rest.startsWith('[') ? bracketed(rest) : dotted(rest)
    if (step === undefined) return undefined
    steps.push(...step.steps)
    rest = step.rest
  }
  return steps
}

interface Parsed {
  steps: Step[]
  rest: string
}

function dotted(text: string): Parsed | undefined {
  if (text.startsWith('..')) return { steps: [{ kind: 'descend' }], rest: text.slice(text.startsWith('..[') ? 2 : 1) }
  if (text === '.') return { steps: [], rest: '' }
  if (text.startsWith('.[')) return { steps: [], rest: text.slice(1) }
  // A backslash takes a dot into the name.
  const match = /^\.((?:\\.|[^.[\]\\])+)/s.exec(text)
  if (match === null) return undefined
  const name = (match[1] ?? '').replaceAll(/\\(.)/gs, '$1')
  return { steps: [name === '*' ? { kind: 'wildcard' } : { kind: 'field', name }], rest: text.slice(match[0].length) }
}

function bracketed(text: string): Parsed | undefined {
  const end = closingBracket(text)
  if (end === undefined) return undefined
  const step = stepIn(text.slice(1, end).trim())
  return step && { steps: [step], rest: text.slice(end + 1) }
}

/** The bracket that closes the first one, quoted ones aside. */
function closingBracket(text: string): number | undefined {
  let depth = 0
  for (const match of text.matchAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[[\]]/gs)) {
    if (match[0] === '[') depth++
    else if (match[0] === ']' && --depth === 0) return match.index
  }
  return undefined
}

const QUOTED = /^(['"])((?:\\.|(?!\1)[^\\])*)\1$/s

function stepIn(text: string): Step | undefined {
  if (text === '*') return { kind: 'wildcard' }
  const filter = /^\?\((.*)\)$/s.exec(text)
  if (filter) {
    const parsed = filterIn(filter[1] ?? '')
    return parsed && { kind: 'filter', filter: parsed }
  }
  const quoted = QUOTED.exec(text)
  if (quoted) return { kind: 'field', name: (quoted[2] ?? '').replaceAll(/\\(.)/gs, '$1') }
  const slice = /^(-?\d{1,9})?(?::(-?\d{1,9})?)?(?::(\d{1,9})?)?$/.exec(text)
  if (slice && text !== '') return sliceOf(text, slice)
  const parts = text.split(',').map((part) => part.trim())
  if (parts.length < 2) return undefined
  const steps = parts.map(stepIn)
  return steps.includes(undefined) ? undefined : { kind: 'union', steps: steps as Step[] }
}

function sliceOf(text: string, [, from, to, by]: RegExpExecArray): Step {
  const start = from === undefined ? undefined : Number(from)
  if (text.includes(':'))
    return { kind: 'slice', from: start, to: to === undefined ? undefined : Number(to), by: Number(by ?? 1) || 1 }
  return { kind: 'slice', from: start, to: start === -1 ? undefined : (start ?? 0) + 1, by: 1 }
}

/** `@.type=="Ready"`, `@.ready` */
function filterIn(text: string): Filter | undefined {
  const match = /^((?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^'"<>=!])+)(?:(==|!=|<=|>=|<|>)(.*))?$/s.exec(text.trim())
  const left = operandIn(match?.[1]?.trim() ?? '')
  if (left === undefined) return undefined
  const operator = match?.[2]
  if (operator === undefined) return { left }
  const right = operandIn(match?.[3]?.trim() ?? '')
  return right && { left, comparison: { operator, right } }
}

function operandIn(text: string): Operand | undefined {
  if (text.startsWith('@')) {
    const path = parseJsonPath(text.slice(1))
    return path && { path }
  }
  const quoted = /^(['"])(.*)\1$/s.exec(text)
  if (quoted) return { value: (quoted[2] ?? '').replaceAll(/\\(.)/gs, '$1') }
  if (text === 'true' || text === 'false') return { value: text === 'true' }
  return text !== '' && Number.isFinite(Number(text)) ? { value: Number(text) } : undefined
}
