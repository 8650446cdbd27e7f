/** `a.b`, `a[b]`, `a.?b`, `a[?b]` and `has(a.b)`. Source: cel-go v0.26, interpreter/attributes.go. */
import { describeValue } from '../functions/describe-value.ts'
import type { Select } from '../syntax/ast.ts'
import { typeOfValue } from '../values/types-of.ts'
import { EvalError, isError, ListValue, MapValue, Optional, type Result, Uint, type Value } from '../values/value.ts'
import type { Frame } from './frame.ts'
import { attributeNode, type PlanNode } from './plan-node.ts'

export function planSelect(operand: PlanNode, { field, test }: Pick<Select, 'field' | 'test'>): PlanNode {
  const find = operand.resolve ?? operand.run
  if (test) return { run: (frame) => presence(frame, find(frame), field) }
  return attributeNode((frame) => {
    const value = find(frame)
    if (isError(value)) return value
    frame.charge(1)
    return access(value, field, false)
  })
}

export function planIndex(operand: PlanNode, index: PlanNode, optional: boolean): PlanNode {
  const find = operand.resolve ?? operand.run
  const findIndex = index.resolve ?? index.run
  return attributeNode((frame) => {
    const value = find(frame)
    if (isError(value)) return value
    const key = findIndex(frame)
    if (isError(key)) return key
    const result = access(value, key, optional)
    if (result !== Optional.none) frame.charge(1)
    return result
  })
}

function presence(frame: Frame, value: Result, field: string): Result {
  if (isError(value)) return value
  frame.charge(1)
  const held = value instanceof Optional ? value.value : value
  if (held === undefined) return false
  const found = lookUp(held, field)
  return found !== undefined && isError(found) ? found : found !== undefined
}

/** What is taken from an optional is optional. */
function access(value: Value, key: Value, optional: boolean): Result {
  const isOptional = optional || value instanceof Optional
  const held = value instanceof Optional ? value.value : value
  if (held === undefined) return Optional.none
  const found = lookUp(held, key)
  if (found !== undefined && isError(found)) return found
  if (isOptional) return found === undefined ? Optional.none : new Optional(found)
  if (found !== undefined) return found
  const word = held instanceof ListValue ? 'index out of bounds' : 'no such key'
  return new EvalError(`${word}: ${describeValue(key)}`)
}

/** Undefined: there is no such thing. */
function lookUp(value: Value, key: Value): Result | undefined {
  if (value instanceof MapValue) return value.find(key)
  if (!(value instanceof ListValue)) return undefined
  const index = indexOf(key)
  if (index === undefined) return badIndex(key)
  return index >= 0 && index < value.size ? value.get(index) : undefined
}

function badIndex(key: Value): EvalError {
  if (typeof key === 'number') return new EvalError(`unsupported index value ${describeValue(key)} in list`)
  return new EvalError(`unsupported index type '${typeOfValue(key).name}' in list`)
}

function indexOf(key: Value): number | undefined {
  if (typeof key === 'bigint') return Number(key)
  if (key instanceof Uint) return Number(key.value)
  return typeof key === 'number' && Number.isInteger(key) ? key : undefined
}
