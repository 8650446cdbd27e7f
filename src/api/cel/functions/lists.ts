/** Kubernetes' functions of lists: isSorted, sum, min, max, indexOf, lastIndexOf; and sets.*.
 *  Source: k8s.io/apiserver v0.34, pkg/cel/library/lists.go; cel-go v0.26, ext/sets.go. */
import { func, type Implementation, method, type Overload } from '../check/overload.ts'
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  INT,
  listOf,
  STRING,
  TIMESTAMP,
  typeParam,
  UINT,
} from '../check/types.ts'
import { compare } from '../values/compare.ts'
import { contains, equal } from '../values/equality.ts'
import { Duration } from '../values/time.ts'
import { EvalError, isError, ListValue, noSuchOverload, type Result, Uint, type Value } from '../values/value.ts'
import { add } from './arithmetic.ts'

const T = typeParam('T')
const LIST_T = listOf(T)

const SUMMABLE: readonly (readonly [string, CelType, Value])[] = [
  ['int', INT, 0n],
  ['uint', UINT, new Uint(0n)],
  ['double', DOUBLE, 0],
  ['duration', DURATION, new Duration(0n)],
]
const COMPARABLE: readonly (readonly [string, CelType])[] = [
  ...SUMMABLE.map(([name, type]) => [name, type] as const),
  ['bool', BOOL],
  ['timestamp', TIMESTAMP],
  ['string', STRING],
  ['bytes', BYTES],
]

/** Goes over pairs of neighbours; `step` answers what ends the walk. */
function reduce(
  list: Value | undefined,
  initial: Value | undefined,
  step: (sum: Value, next: Value) => Result,
): Result {
  if (!(list instanceof ListValue)) return noSuchOverload()
  let result = initial
  for (let index = 0; index < list.size; index++) {
    const next = list.get(index)
    if (isError(next)) return next
    const reduced: Result = result === undefined ? next : step(result, next)
    if (isError(reduced)) return reduced
    result = reduced
  }
  return result ?? EMPTY
}

const EMPTY = new EvalError('empty')

const isSorted: Implementation = ([list]) => {
  let sorted = true
  const result = reduce(list, undefined, (before, next) => {
    const order = compare(before, next)
    if (typeof order !== 'number') return order
    if (order > 0) sorted = false
    return next
  })
  return isError(result) && result !== EMPTY ? result : sorted
}

const extreme =
  (name: string, sign: number): Implementation =>
  ([list]) => {
    const result = reduce(list, undefined, (best, next) => {
      const order = compare(best, next)
      if (typeof order !== 'number') return order
      return order === sign ? next : best
    })
    return result === EMPTY ? new EvalError(`${name} called on empty list`) : result
  }

const sum =
  (zero: Value): Implementation =>
  ([list], { meter }) =>
    reduce(list, zero, (total, next) => add(total, next, meter))

const position =
  (last: boolean): Implementation =>
  ([list, wanted = null], { meter }) => {
    if (!(list instanceof ListValue)) return noSuchOverload()
    for (let step = 0; step < list.size; step++) {
      meter.work(1)
      const index = last ? list.size - 1 - step : step
      const element = list.get(index)
      if (!isError(element) && equal(element, wanted, meter) === true) return BigInt(index)
    }
    return -1n
  }

const containsAll: Implementation = ([list, part], { meter }) => {
  if (!(list instanceof ListValue) || !(part instanceof ListValue)) return noSuchOverload()
  for (let index = 0; index < part.size; index++) {
    const element = part.get(index)
    const found = isError(element) ? element : contains(list, element, meter)
    if (found !== true) return found
  }
  return true
}

const equivalent: Implementation = ([a = null, b = null], context) => {
  const there = containsAll([a, b], context)
  return there === true ? containsAll([b, a], context) : there
}

const intersects: Implementation = ([a, b], { meter }) => {
  if (!(a instanceof ListValue) || !(b instanceof ListValue)) return noSuchOverload()
  for (let index = 0; index < a.size; index++) {
    const element = a.get(index)
    if (!isError(element) && contains(b, element, meter) === true) return true
  }
  return false
}

const ofEach = (word: string, result: (type: CelType) => CelType, call: Implementation): Overload[] =>
  COMPARABLE.map(([name, type]) => method([`list_${name}_${word}`, [listOf(type)], result(type)], call))

export const listFunctions: Record<string, readonly Overload[]> = {
  isSorted: ofEach('is_sorted_bool', () => BOOL, isSorted),
  min: ofEach('min_self', (type) => type, extreme('min', 1)),
  max: ofEach('max_self', (type) => type, extreme('max', -1)),
  sum: SUMMABLE.map(([name, type, zero]) => method([`list_${name}_sum_${name}`, [listOf(type)], type], sum(zero))),
  indexOf: [method(['list_a_index_of_int', [LIST_T, T], INT], position(false))],
  lastIndexOf: [method(['list_a_last_index_of_int', [LIST_T, T], INT], position(true))],
  'sets.contains': [func(['list_sets_contains_list', [LIST_T, LIST_T], BOOL], containsAll)],
  'sets.equivalent': [func(['list_sets_equivalent_list', [LIST_T, LIST_T], BOOL], equivalent)],
  'sets.intersects': [func(['list_sets_intersects_list', [LIST_T, LIST_T], BOOL], intersects)],
}
