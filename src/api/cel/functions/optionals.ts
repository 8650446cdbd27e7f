/** Optional values; `or` and `orValue` are the planner's, for they do not always look at their argument.
 *  Source: cel-go v0.26, cel/library.go. */
import { func, type Implementation, method, type Overload } from '../check/overload.ts'
import { BOOL, listOf, optionalOf, typeParam } from '../check/types.ts'
import { ArrayList } from '../values/collections.ts'
import { Duration, Timestamp } from '../values/time.ts'
import { EvalError, isError, ListValue, MapValue, noSuchOverload, Optional, Uint, type Value } from '../values/value.ts'

const V = typeParam('V')
const OPTIONAL_V = optionalOf(V)
const LIST_V = listOf(V)
const LIST_OPTIONAL_V = listOf(OPTIONAL_V)

function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0n || value === 0 || value === '') return true
  if (value instanceof Uint) return value.value === 0n
  if (value instanceof Uint8Array) return value.length === 0
  if (value instanceof ListValue || value instanceof MapValue) return value.size === 0
  if (value instanceof Duration) return value.nanos === 0n
  if (value instanceof Timestamp) return value.nanos === -62_135_596_800_000_000_000n
  return value instanceof Optional && value.value === undefined
}

const valueOf: Implementation = ([optional]) => {
  if (!(optional instanceof Optional)) return noSuchOverload()
  return optional.value === undefined ? new EvalError('optional.none() dereference') : optional.value
}

const unwrap: Implementation = ([list], { meter }) => {
  if (!(list instanceof ListValue)) return noSuchOverload()
  meter.work(list.size)
  const held: Value[] = []
  for (let index = 0; index < list.size; index++) {
    const element = list.get(index)
    if (isError(element)) return element
    if (!(element instanceof Optional)) return new EvalError('value is not optional')
    if (element.value !== undefined) held.push(element.value)
  }
  return new ArrayList(held)
}

const endOf =
  (index: (size: number) => number): Implementation =>
  ([list]) => {
    if (!(list instanceof ListValue)) return noSuchOverload()
    if (list.size === 0) return Optional.none
    const element = list.get(index(list.size))
    return isError(element) ? element : new Optional(element)
  }

export const optionalFunctions: Record<string, readonly Overload[]> = {
  'optional.of': [func(['optional_of', [V], OPTIONAL_V], ([value = null]) => new Optional(value))],
  'optional.ofNonZeroValue': [
    func(['optional_ofNonZeroValue', [V], OPTIONAL_V], ([value = null]) =>
      isZero(value) ? Optional.none : new Optional(value),
    ),
  ],
  'optional.none': [func(['optional_none', [], OPTIONAL_V], () => Optional.none)],
  value: [method(['optional_value', [OPTIONAL_V], V], valueOf)],
  hasValue: [
    method(['optional_hasValue', [OPTIONAL_V], BOOL], ([optional]) =>
      optional instanceof Optional ? optional.value !== undefined : noSuchOverload(),
    ),
  ],
  or: [method(['optional_or_optional', [OPTIONAL_V, OPTIONAL_V], OPTIONAL_V], noSuchOverload)],
  orValue: [method(['optional_orValue_value', [OPTIONAL_V, V], V], noSuchOverload)],
  first: [
    method(
      ['list_first', [LIST_V], OPTIONAL_V],
      endOf(() => 0),
    ),
  ],
  last: [
    method(
      ['list_last', [LIST_V], OPTIONAL_V],
      endOf((size) => size - 1),
    ),
  ],
  'optional.unwrap': [func(['optional_unwrap', [LIST_OPTIONAL_V], LIST_V], unwrap)],
  unwrapOpt: [method(['optional_unwrapOpt', [LIST_OPTIONAL_V], LIST_V], unwrap)],
}
