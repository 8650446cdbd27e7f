/** Function calls. Costs are counted before the work is done, where they do not depend on its result.
 *  Source: cel-go v0.26, interpreter/planner.go, decorators.go. */
import type { FunctionDeclaration, Functions, Implementation, Overload } from '../check/overload.ts'
import { formatType } from '../check/types.ts'
import { callCost, costOfJoin } from '../cost/call-cost.ts'
import type { Call } from '../syntax/ast.ts'
import { OPERATOR } from '../syntax/ast.ts'
import { ArrayList, KeyedMap } from '../values/collections.ts'
import { equal } from '../values/equality.ts'
import { isMixedNumber } from '../values/numbers.ts'
import { takes, typeOfValue } from '../values/types-of.ts'
import { EvalError, isError, type Value } from '../values/value.ts'
import { Frame } from './frame.ts'
import { constantNode, PlanError, type PlanNode } from './plan-node.ts'

const CONVERSIONS: ReadonlySet<string> = new Set([
  'bool',
  'bytes',
  'double',
  'duration',
  'dyn',
  'int',
  'string',
  'timestamp',
  'type',
  'uint',
])

export function planCall(functions: Functions, node: Call, args: readonly PlanNode[]): PlanNode {
  if (node.name === OPERATOR.equals || node.name === OPERATOR.notEquals) return planEquality(node, args)
  const declaration = functions.get(node.name)
  if (declaration === undefined) throw new PlanError(`no such overload: ${node.name}`)
  const id = node.overloads?.length === 1 ? (node.overloads[0] ?? '') : ''
  const call = implementation(declaration, node.name, id)
  const planned = withCost(args, { name: node.name, id, call })
  checkPattern(node.name, args)
  if (id === 'in_list') return planIn(args, planned)
  const only = args.length === 1 && CONVERSIONS.has(node.name) ? args[0]?.constant : undefined
  return only === undefined ? planned : fold(planned)
}

const PATTERNS: ReadonlySet<string> = new Set(['matches', 'find', 'findAll'])

interface Callee {
  name: string
  id: string
  call: Implementation
}

function withCost(args: readonly PlanNode[], { name, id, call }: Callee): PlanNode {
  // As upstream: of two arguments both are looked at, of more none behind the first that fails. What was not looked at
  // to the end costs nothing.
  const pattern = PATTERNS.has(name) && args[1]?.constant !== undefined
  const short = args.length <= 2 && !pattern
  return {
    run: (frame) => {
      const values: Value[] = []
      let failure: EvalError | undefined
      for (const [index, arg] of args.entries()) {
        const value = arg.run(frame)
        if (isError(value) && !short && index < args.length - 1) return value
        if (isError(value)) failure ??= value
        values.push(isError(value) ? null : value)
      }
      if (name !== 'join') frame.charge(callCost(name, id, values, frame))
      if (failure !== undefined) return failure
      const result = call(values, frame)
      if (name === 'join') frame.charge(costOfJoin(result))
      return result
    },
  }
}

function planEquality(node: Call, args: readonly PlanNode[]): PlanNode {
  const negated = node.name === OPERATOR.notEquals
  const id = negated ? 'not_equals' : 'equals'
  const call: Implementation = ([a = null, b = null], { meter }) => {
    const same = equal(a, b, meter)
    return negated ? same !== true : same
  }
  return withCost(args, { name: node.name, id, call })
}

/** The checker leaves one overload, or it is chosen by the values. */
function implementation(declaration: FunctionDeclaration, name: string, id: string): Implementation {
  if (declaration.any !== undefined) return declaration.any
  const only = declaration.overloads.find((overload) => overload.id === id)
  const candidates = only === undefined ? declaration.overloads : [only]
  return (args, context) => {
    const found = candidates.find((overload) => accepts(overload, args))
    if (found !== undefined) return found.call(args, context)
    const types = args.map((value) => formatType(typeOfValue(value)).replace(/\(dyn.*\)$/, ''))
    return new EvalError(`no such overload: ${name}(${types.join(', ')})`)
  }
}

function accepts({ args }: Overload, values: readonly Value[]): boolean {
  return args.length === values.length && args.every((type, index) => takes(type, values[index] ?? null))
}

/** A pattern that is written out is known to be bad before anything runs. */
function checkPattern(name: string, args: readonly PlanNode[]): void {
  if (!PATTERNS.has(name)) return
  const source = args[1]?.constant?.value
  if (typeof source !== 'string') return
  const pattern = planningFrame().pattern(source)
  if (pattern instanceof EvalError) throw new PlanError(pattern.message)
}

const planningFrame = (): Frame =>
  new Frame({ variables: () => undefined, limit: 1_000_000, slots: 0, patterns: new Map() })

function fold(planned: PlanNode): PlanNode {
  const value = planned.run(planningFrame())
  if (isError(value)) throw new PlanError(value.message)
  return constantNode(value)
}

/** A list of simple constants becomes a set, and looking into it is free. */
function planIn(args: readonly PlanNode[], planned: PlanNode): PlanNode {
  const [wanted, list] = args
  const constant = list?.constant?.value
  if (wanted === undefined || !(constant instanceof ArrayList)) return planned
  if (constant.size === 0) return constantNode(false)
  if (!constant.elements.every(isSimple)) return planned
  const set = new KeyedMap()
  for (const element of constant.elements) set.set(element, true)
  const hasNull = constant.elements.includes(null)
  return {
    run: (frame) => {
      const value = wanted.run(frame)
      if (isError(value)) return value
      return value === null ? hasNull : set.find(value) === true
    },
  }
}

const isSimple = (value: Value): boolean =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || isMixedNumber(value)
