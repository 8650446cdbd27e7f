/** What is at a JSONPath. Source: k8s.io/client-go v0.34, util/jsonpath/jsonpath.go. */
import { getOwn, isJsonObject } from '../../../api/index.ts'
import type { Filter, JsonPath, Operand, Step } from './steps.ts'

/** Descending again and again multiplies what is found. */
const MAX_VALUES = 100_000

/** All values at the path; none where something on the way is missing. */
export function valuesAt(value: unknown, path: JsonPath): unknown[] {
  let values = [value]
  for (const step of path) {
    values = values.flatMap((one) => apply(step, one))
    if (values.length > MAX_VALUES) return []
  }
  return values
}

function apply(step: Step, value: unknown): unknown[] {
  switch (step.kind) {
    case 'field': {
      const found = isJsonObject(value) ? getOwn(value, step.name) : undefined
      return found === undefined ? [] : [found]
    }
    case 'wildcard':
      return inside(value)
    case 'descend':
      return descend(value)
    case 'slice':
      return Array.isArray(value) ? sliced(value, step) : []
    case 'filter':
      return Array.isArray(value) ? value.filter((item) => matches(step.filter, item)) : []
    case 'union':
      return step.steps.flatMap((one) => apply(one, value))
  }
}

const inside = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : []

const descend = (value: unknown): unknown[] => [value, ...inside(value).flatMap(descend)]

function sliced(list: readonly unknown[], { from, to, by }: Step & { kind: 'slice' }): unknown[] {
  return list.slice(from, to).filter((_, index) => index % by === 0)
}

function matches({ left, comparison }: Filter, item: unknown): boolean {
  const found = resolve(left, item)
  if (comparison === undefined) return found.length > 0
  const against = resolve(comparison.right, item)
  return found.length > 0 && against.length > 0 && compare(found[0], comparison.operator, against[0])
}

const resolve = (operand: Operand, item: unknown): unknown[] =>
  'path' in operand ? valuesAt(item, operand.path) : [operand.value]

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (operator === '==') return left === right
  if (operator === '!=') return left !== right
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string')) return false
  const [a, b] = [left, right as typeof left]
  if (operator === '<') return a < b
  if (operator === '<=') return a <= b
  return operator === '>' ? a > b : a >= b
}
