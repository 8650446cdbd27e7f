/** Comparing, membership, size, and the logic operators' declarations (the planner evaluates those itself).
 *  Source: cel-go v0.26, common/stdlib. */
import { A, B, type FunctionDeclaration, func, type Implementation, method } from '../check/overload.ts'
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  optionalOf,
  STRING,
  TIMESTAMP,
  UINT,
} from '../check/types.ts'
import { OPERATOR } from '../syntax/ast.ts'
import { sizeOf } from '../values/collections.ts'
import { compare } from '../values/compare.ts'
import { contains } from '../values/equality.ts'
import { isError, ListValue, MapValue, noSuchOverload } from '../values/value.ts'

const ORDERED: readonly (readonly [string, CelType])[] = [
  ['bool', BOOL],
  ['int64', INT],
  ['uint64', UINT],
  ['double', DOUBLE],
  ['string', STRING],
  ['bytes', BYTES],
  ['timestamp', TIMESTAMP],
  ['duration', DURATION],
]
const NUMBERS = ORDERED.slice(1, 4)

function relation(word: string, holds: (order: number) => boolean): FunctionDeclaration {
  const any: Implementation = ([a = null, b = null]) => {
    const order = compare(a, b)
    return typeof order === 'number' ? holds(order) : order
  }
  const same = ORDERED.map(([name, type]) => func([`${word}_${name}`, [type, type], BOOL], any))
  const mixed = NUMBERS.flatMap(([left, a]) =>
    NUMBERS.filter(([right]) => right !== left).map(([right, b]) =>
      func([`${word}_${left}_${right}`, [a, b], BOOL], any),
    ),
  )
  return { any, overloads: [...same, ...mixed] }
}

/** Operators that the planner knows; only their types are declared. */
const planned = (...signatures: (readonly [string, readonly CelType[], CelType])[]): FunctionDeclaration => ({
  overloads: signatures.map((signature) => func(signature, noSuchOverload)),
})

const LIST_A = listOf(A)
const MAP_AB = mapOf(A, B)

const isIn: Implementation = ([element = null, collection = null], { meter }) => {
  if (collection instanceof ListValue) return contains(collection, element, meter)
  if (!(collection instanceof MapValue)) return noSuchOverload()
  const found = collection.find(element)
  return found !== undefined && isError(found) ? found : found !== undefined
}

const size: Implementation = ([value = null]) => {
  const count = sizeOf(value)
  return count === undefined ? noSuchOverload() : BigInt(count)
}

const K = A
const V = B

export const relations: Record<string, FunctionDeclaration> = {
  [OPERATOR.conditional]: planned(['conditional', [BOOL, A, A], A]),
  [OPERATOR.and]: planned(['logical_and', [BOOL, BOOL], BOOL]),
  [OPERATOR.or]: planned(['logical_or', [BOOL, BOOL], BOOL]),
  [OPERATOR.not]: planned(['logical_not', [BOOL], BOOL]),
  [OPERATOR.notStrictlyFalse]: planned(['not_strictly_false', [BOOL], BOOL]),
  [OPERATOR.equals]: planned(['equals', [A, A], BOOL]),
  [OPERATOR.notEquals]: planned(['not_equals', [A, A], BOOL]),
  [OPERATOR.index]: planned(
    ['index_list', [LIST_A, INT], A],
    ['index_map', [MAP_AB, A], B],
    ['optional_list_index_int', [optionalOf(listOf(V)), INT], optionalOf(V)],
    ['optional_map_index_value', [optionalOf(mapOf(K, V)), K], optionalOf(V)],
  ),
  [OPERATOR.optionalSelect]: planned(['select_optional_field', [DYN, STRING], optionalOf(V)]),
  [OPERATOR.optionalIndex]: planned(
    ['list_optindex_optional_int', [listOf(V), INT], optionalOf(V)],
    ['optional_list_optindex_optional_int', [optionalOf(listOf(V)), INT], optionalOf(V)],
    ['map_optindex_optional_value', [mapOf(K, V), K], optionalOf(V)],
    ['optional_map_optindex_optional_value', [optionalOf(mapOf(K, V)), K], optionalOf(V)],
  ),
  [OPERATOR.less]: relation('less', (order) => order < 0),
  [OPERATOR.lessEquals]: relation('less_equals', (order) => order <= 0),
  [OPERATOR.greater]: relation('greater', (order) => order > 0),
  [OPERATOR.greaterEquals]: relation('greater_equals', (order) => order >= 0),
  [OPERATOR.in]: {
    any: isIn,
    overloads: [func(['in_list', [A, LIST_A], BOOL], isIn), func(['in_map', [A, MAP_AB], BOOL], isIn)],
  },
  size: {
    any: size,
    overloads: [
      func(['size_bytes', [BYTES], INT], size),
      method(['bytes_size', [BYTES], INT], size),
      func(['size_list', [LIST_A], INT], size),
      method(['list_size', [LIST_A], INT], size),
      func(['size_map', [MAP_AB], INT], size),
      method(['map_size', [MAP_AB], INT], size),
      func(['size_string', [STRING], INT], size),
      method(['string_size', [STRING], INT], size),
    ],
  },
}
