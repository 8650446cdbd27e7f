/** What an expression may cost at most, known from its text and from how large its variables may be. Estimates decide
 *  which rules a CustomResourceDefinition may have, so they are Kubernetes' to the last unit.
 *  Source: cel-go v0.26, checker/cost.go. */
import { type CelType, isOptional, parameter } from '../check/types.ts'
import type { Declaration } from '../declare/declaration.ts'
import type { Call, Comprehension, Expression, ListLiteral, MapLiteral, Select } from '../syntax/ast.ts'
import { ACCUMULATOR } from '../syntax/ast.ts'
import { sizeOf } from '../values/collections.ts'
import type { SizedNode } from './call-shape.ts'
import { estimateCall } from './estimate-call.ts'
import { addRanges, fixed, multiply, NONE, ONE, type Range, UNBOUNDED, UNKNOWN, union } from './range.ts'

/** `root`: what the variables' sizes are taken from. `expression` is checked. */
export function estimateCost(expression: Expression, root: Declaration | undefined): Range {
  return new Estimator(root).cost(expression)
}

interface EntrySize {
  isList: boolean
  key: Range
  value: Range
}

interface Local {
  path: readonly string[]
  size: Range | undefined
  entry: EntrySize | undefined
}

const LIST_COST = fixed(10)
const MAP_COST = fixed(30)
const EMPTY: Range = { min: UNBOUNDED, max: 0 }

class Estimator {
  readonly #root: Declaration | undefined
  readonly #paths = new Map<Expression, readonly string[]>()
  readonly #sizes = new Map<Expression, Range>()
  readonly #entries = new Map<Expression, EntrySize>()
  readonly #locals = new Map<string, Local[]>()

  constructor(root: Declaration | undefined) {
    this.#root = root
  }

  cost(node: Expression): Range {
    switch (node.kind) {
      case 'literal':
        return NONE
      case 'identifier':
        this.#paths.set(node, this.#local(node.name)?.path ?? [node.name])
        return ONE
      case 'select':
        return this.#select(node)
      case 'call':
        return this.#call(node)
      case 'list':
        return this.#list(node)
      case 'map':
        return this.#map(node)
      case 'comprehension':
        return isBinding(node) ? this.#binding(node) : this.#comprehension(node)
      default:
        return NONE
    }
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1)
  }

  #push(name: string, local: Local): void {
    const stack = this.#locals.get(name) ?? []
    stack.push(local)
    this.#locals.set(name, stack)
  }

  #pop(name: string): void {
    this.#locals.get(name)?.pop()
  }

  #path(node: Expression): readonly string[] {
    const local = node.kind === 'identifier' ? this.#local(node.name) : undefined
    return local?.path ?? this.#paths.get(node) ?? []
  }

  #select(node: Select): Range {
    const operand = this.cost(node.operand)
    // `has()` costs nothing of its own.
    if (node.test) return operand
    const { kind } = node.operand.type ?? { kind: 'dyn' }
    this.#paths.set(node, [...this.#path(node.operand), node.field])
    return kind === 'map' || kind === 'object' || kind === 'param' ? addRanges(operand, ONE) : operand
  }

  #call(node: Call): Range {
    const [first] = node.arguments
    if (node.name === 'dyn' && first !== undefined) {
      const cost = this.cost(first)
      this.#copySizes(node, first)
      return addRanges(ONE, cost)
    }
    const costs = node.arguments.map((argument) => this.cost(argument))
    const args = node.arguments.map((argument) => this.#sized(argument))
    const overloads = node.overloads ?? []
    if (overloads.length === 0) return NONE
    const targetCost = node.target === undefined ? NONE : this.cost(node.target)
    const target = node.target === undefined ? undefined : this.#sized(node.target)
    let cost: Range = EMPTY
    let size: Range | undefined
    for (const overload of overloads) {
      const estimate = estimateCall({ name: node.name, overload, target, args, costs }, this.#byPath)
      cost = union(cost, estimate.cost)
      if (estimate.size !== undefined) size = size === undefined ? estimate.size : union(size, estimate.size)
      this.#entriesOfCall(node, overload)
      if (first !== undefined && (overload === 'index_list' || overload === 'index_map')) {
        size = this.#entry(first)?.value
        this.#paths.set(node, [...this.#path(first), overload === 'index_list' ? '@items' : '@values'])
      }
      size ??= this.#size(node)
    }
    if (size !== undefined) this.#sizes.set(node, size)
    return addRanges(targetCost, cost)
  }

  /** What sums and choices of lists and maps have in them. */
  #entriesOfCall(node: Call, overload: string): void {
    const [, b, c] = node.arguments
    const pair = overload === 'conditional' ? [b, c] : overload.startsWith('add_') ? [node.arguments[0], b] : []
    if (!ADDED.has(overload) || pair[0] === undefined || pair[1] === undefined) return
    const [left, right] = [this.#entry(pair[0]), this.#entry(pair[1])]
    if (left === undefined || right === undefined) return
    const entry = { isList: left.isList, key: union(left.key, right.key), value: union(left.value, right.value) }
    this.#entries.set(node, entry)
  }

  readonly #byPath = {
    ofPath: (path: readonly string[]): Range | undefined => this.#sizeOfPath(path),
  }

  #list(node: ListLiteral): Range {
    let cost: Range = LIST_COST
    let item: Range = node.elements.length === 0 ? { min: 0, max: 0 } : EMPTY
    for (const element of node.elements) {
      cost = addRanges(cost, this.cost(element))
      item = union(item, this.#sizeOrUnknown(element))
    }
    this.#entries.set(node, { isList: true, key: ONE, value: item })
    return cost
  }

  #map(node: MapLiteral): Range {
    let cost: Range = MAP_COST
    let [key, value]: [Range, Range] = node.entries.length === 0 ? [NONE, NONE] : [EMPTY, EMPTY]
    for (const entry of node.entries) {
      cost = addRanges(cost, this.cost(entry.key), this.cost(entry.value))
      key = union(key, this.#sizeOrUnknown(entry.key))
      value = union(value, this.#sizeOrUnknown(entry.value))
    }
    this.#entries.set(node, { isList: false, key, value })
    return cost
  }

  #comprehension(node: Comprehension): Range {
    const range = this.cost(node.range)
    const init = this.cost(node.init)
    this.#push(node.accuVar, this.#localOf(node.init))
    this.#pushIteration(node)
    const loop = addRanges(this.cost(node.condition), this.cost(node.step))
    this.#pop(node.iterVar)
    if (node.iterVar2 !== undefined) this.#pop(node.iterVar2)
    const result = this.cost(node.result)
    this.#pop(node.accuVar)
    const count = this.#sizeOrUnknown(node.range)
    this.#sizeOfFold(node, count)
    return addRanges(range, init, result, multiply(count, loop))
  }

  #sizeOfFold(node: Comprehension, count: Range): void {
    if (node.init.kind === 'literal') {
      const size = this.#size(node.init)
      if (size !== undefined) this.#sizes.set(node, size)
    } else if (node.init.kind === 'list' || node.init.kind === 'map') {
      this.#sizes.set(node, count)
      const entry = this.#entry(node.step)
      if (entry !== undefined) this.#entries.set(node, entry)
    }
  }

  #pushIteration(node: Comprehension): void {
    const entry = this.#entry(node.range)
    const path = this.#path(node.range)
    const isList = entry?.isList ?? node.range.type?.kind === 'list'
    const push = (name: string, part: string, size: Range | undefined) =>
      this.#push(name, { path: [...path, part], size, entry: undefined })
    if (node.iterVar2 === undefined) {
      push(node.iterVar, isList ? '@items' : '@keys', isList ? entry?.value : entry?.key)
    } else {
      push(node.iterVar, isList ? '@indices' : '@keys', entry?.key)
      push(node.iterVar2, isList ? '@items' : '@values', entry?.value)
    }
  }

  #localOf(node: Expression): Local {
    return { path: this.#path(node), size: this.#size(node), entry: this.#entry(node) }
  }

  #binding(node: Comprehension): Range {
    const range = this.cost(node.range)
    const init = this.cost(node.init)
    this.#push(node.accuVar, this.#localOf(node.init))
    const result = this.cost(node.result)
    this.#pop(node.accuVar)
    this.#copySizes(node, node.result)
    return addRanges(range, init, result)
  }

  #copySizes(to: Expression, from: Expression): void {
    const size = this.#size(from)
    if (size !== undefined) this.#sizes.set(to, size)
    const entry = this.#entry(from)
    if (entry !== undefined) this.#entries.set(to, entry)
  }

  #sized(node: Expression): SizedNode {
    const path = this.#path(node)
    const type = node.type
    return { node, type, path: path[0] === ACCUMULATOR ? [] : path, size: this.#size(node) }
  }

  #sizeOrUnknown(node: Expression): Range {
    return this.#size(node) ?? UNKNOWN
  }

  #size(node: Expression): Range | undefined {
    const known = this.#sizes.get(node) ?? sizeOfLiteral(node)
    if (known !== undefined) return known
    const estimated = this.#sizeOfPath(this.#path(node))
    if (estimated !== undefined) {
      this.#sizes.set(node, estimated)
      return estimated
    }
    if (node.type !== undefined && isScalar(node.type)) return ONE
    return node.kind === 'identifier' ? this.#local(node.name)?.size : undefined
  }

  #entry(node: Expression): EntrySize | undefined {
    const known = this.#entries.get(node)
    if (known !== undefined || node.kind !== 'identifier') return known
    return this.#local(node.name)?.entry
  }

  /** How large what a path leads to may be. The path's first part is a variable, and all of them are like `root`. */
  #sizeOfPath(path: readonly string[]): Range | undefined {
    if (path.length === 0 || this.#root === undefined) return undefined
    let node: Declaration | undefined = this.#root
    for (const part of path.slice(1)) {
      if (part === '@items' || part === '@values') node = node.element
      else if (part === '@keys') node = node.key
      else node = node.fields?.get(part) ?? node.unnamed
      if (node === undefined) return undefined
    }
    return { min: 0, max: node.maxElements }
  }
}

const ADDED = new Set(['conditional', 'add_string', 'add_bytes', 'add_list'])

/** `optMap`'s variable: a fold over nothing. */
function isBinding({ range, condition, accuVar }: Comprehension): boolean {
  return (
    range.kind === 'list' &&
    range.elements.length === 0 &&
    condition.kind === 'literal' &&
    condition.value === false &&
    accuVar !== '__result__'
  )
}

function sizeOfLiteral(node: Expression): Range | undefined {
  if (node.kind === 'literal') return fixed(sizeOf(node.value) ?? 1)
  if (node.kind === 'list') return fixed(node.elements.length)
  return node.kind === 'map' ? fixed(node.entries.length) : undefined
}

const SCALARS = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint'])

function isScalar(type: CelType): boolean {
  return SCALARS.has(type.kind) || (isOptional(type) && isScalar(parameter(type, 0)))
}
