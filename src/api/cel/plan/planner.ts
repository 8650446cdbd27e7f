/** A checked tree into closures. Variables of comprehensions get a place each, found when planning.
 *  Source of semantics and costs: cel-go v0.26, interpreter. */
import type { Functions } from '../check/overload.ts'
import type { Expression, Identifier, ListLiteral, MapLiteral } from '../syntax/ast.ts'
import { OPERATOR } from '../syntax/ast.ts'
import { ArrayList, KeyedMap } from '../values/collections.ts'
import { EvalError, isError, Optional, TypeValue, type Value } from '../values/value.ts'
import { planIndex, planSelect } from './plan-access.ts'
import { planCall } from './plan-call.ts'
import { planFold } from './plan-fold.ts'
import { planConditional, planLogical, planNot, planNotStrictlyFalse, planOptionalOr } from './plan-logic.ts'
import { attributeNode, constantNode, type PlanContext, PlanError, type PlanNode } from './plan-node.ts'

const LIST_COST = 10
const MAP_COST = 30

export class Planner implements PlanContext {
  readonly functions: Functions
  readonly #scopes: { name: string; slot: number }[] = []
  slots = 0

  constructor(functions: Functions) {
    this.functions = functions
  }

  plan(node: Expression): PlanNode {
    switch (node.kind) {
      case 'literal':
        return constantNode(node.value)
      case 'identifier':
        return this.#identifier(node)
      case 'select':
        return planSelect(this.plan(node.operand), node)
      case 'list':
        return this.#list(node)
      case 'map':
        return this.#map(node)
      case 'call':
        return this.#call(node)
      case 'comprehension':
        return planFold(this, node)
      default:
        throw new PlanError(`unknown type: ${node.name}`)
    }
  }

  scoped<T>(names: readonly string[], within: (slots: readonly number[]) => T): T {
    const slots = names.map((name) => {
      const slot = this.slots++
      this.#scopes.push({ name, slot })
      return slot
    })
    const result = within(slots)
    this.#scopes.length -= names.length
    return result
  }

  #identifier({ name, typeName }: Identifier): PlanNode {
    if (typeName !== undefined) return constantNode(new TypeValue(typeName))
    const local = this.#scopes.findLast((scope) => scope.name === name)
    if (local === undefined) return attributeNode((frame) => frame.variable(name))
    const { slot } = local
    return attributeNode((frame) => frame.slots[slot] ?? null)
  }

  #list({ elements, optional }: ListLiteral): PlanNode {
    const parts = elements.map((element) => this.plan(element))
    const constants = parts.map(({ constant }) => constant)
    if (optional.size === 0 && constants.every((constant) => constant !== undefined)) {
      return constantNode(new ArrayList(constants.map(({ value }) => value)))
    }
    const run: PlanNode['run'] = (frame) => {
      frame.charge(LIST_COST)
      const values: Value[] = []
      for (const [index, part] of parts.entries()) {
        const value = part.run(frame)
        if (isError(value)) return value
        if (!optional.has(index)) values.push(value)
        else if (!(value instanceof Optional)) {
          return new EvalError('cannot initialize optional list element from non-optional value')
        } else if (value.value !== undefined) values.push(value.value)
      }
      return new ArrayList(values)
    }
    return { run }
  }

  #map({ entries }: MapLiteral): PlanNode {
    const parts = entries.map(({ key, value, optional }) => {
      return { key: this.plan(key), value: this.plan(value), optional }
    })
    const run: PlanNode['run'] = (frame) => {
      frame.charge(MAP_COST)
      const map = new KeyedMap()
      for (const part of parts) {
        const key = part.key.run(frame)
        if (isError(key)) return key
        const value = part.value.run(frame)
        if (isError(value)) return value
        if (!part.optional) map.set(key, value)
        else if (!(value instanceof Optional)) {
          return new EvalError('cannot initialize optional entry from non-optional value')
        } else if (value.value === undefined) map.delete(key)
        else map.set(key, value.value)
      }
      return map
    }
    const constants = parts.map(({ key, value, optional }) => {
      return optional || !key.constant || !value.constant ? undefined : ([key.constant, value.constant] as const)
    })
    if (!constants.every((constant) => constant !== undefined)) return { run }
    const map = new KeyedMap()
    for (const [key, value] of constants) map.set(key.value, value.value)
    return constantNode(map)
  }

  #call(node: Extract<Expression, { kind: 'call' }>): PlanNode {
    const target = node.target === undefined ? [] : [this.plan(node.target)]
    const args = [...target, ...node.arguments.map((argument) => this.plan(argument))]
    const [first, second, third] = args
    if (first === undefined) return planCall(this.functions, node, args)
    switch (node.name) {
      case OPERATOR.not:
        return planNot(first)
      case OPERATOR.notStrictlyFalse:
        return planNotStrictlyFalse(first)
      default:
    }
    if (second === undefined) return planCall(this.functions, node, args)
    switch (node.name) {
      case OPERATOR.conditional:
        return third === undefined ? first : planConditional(first, second, third)
      case OPERATOR.and:
      case OPERATOR.or:
        return planLogical(first, second, node.name === OPERATOR.or)
      case OPERATOR.index:
        return planIndex(first, second, false)
      case OPERATOR.optionalIndex:
      case OPERATOR.optionalSelect:
        return planIndex(first, second, true)
      case 'or':
      case 'orValue':
        return node.target === undefined
          ? planCall(this.functions, node, args)
          : planOptionalOr(first, second, node.name)
      default:
        return planCall(this.functions, node, args)
    }
  }
}
