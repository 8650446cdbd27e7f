/** + - * / % and unary minus. Numbers do not wrap: leaving their range is an error. Source: cel-go v0.26, common/types
 *  and common/stdlib. */
import { type FunctionDeclaration, func, A, type Implementation } from '../check/overload.ts'
import { BYTES, type CelType, DOUBLE, DURATION, INT, listOf, STRING, TIMESTAMP, UINT } from '../check/types.ts'
import { OPERATOR } from '../syntax/ast.ts'
import { ArrayList, GrowingList } from '../values/collections.ts'
import { INT_MAX, INT_MIN, UINT_MAX } from '../values/numbers.ts'
import { Duration, isTimestampInRange, Timestamp } from '../values/time.ts'
import {
  EvalError,
  isError,
  ListValue,
  type Meter,
  noSuchOverload,
  type Result,
  Uint,
  type Value,
} from '../values/value.ts'

export const inInt = (value: bigint): Result =>
  value < INT_MIN || value > INT_MAX ? new EvalError('integer overflow') : value
export const inUint = (value: bigint): Result =>
  value < 0n || value > UINT_MAX ? new EvalError('unsigned integer overflow') : new Uint(value)
export const inDuration = (nanos: bigint): Result =>
  nanos < INT_MIN || nanos > INT_MAX ? new EvalError('duration overflow') : new Duration(nanos)
export const inTimestamp = (nanos: bigint, offset = 0): Result =>
  isTimestampInRange(nanos) ? new Timestamp(nanos, offset) : new EvalError('timestamp overflow')

/** The same operation on ints, uints and doubles. */
function numeric(ints: (a: bigint, b: bigint) => bigint, doubles: (a: number, b: number) => number) {
  return (a: Value, b: Value): Result | undefined => {
    if (typeof a === 'bigint' && typeof b === 'bigint') return inInt(ints(a, b))
    if (typeof a === 'number' && typeof b === 'number') return doubles(a, b)
    if (a instanceof Uint && b instanceof Uint) return inUint(ints(a.value, b.value))
    return undefined
  }
}

const addNumbers = numeric(
  (a, b) => a + b,
  (a, b) => a + b,
)
const subtractNumbers = numeric(
  (a, b) => a - b,
  (a, b) => a - b,
)
const multiplyNumbers = numeric(
  (a, b) => a * b,
  (a, b) => a * b,
)

export function add(a: Value, b: Value, meter: Meter): Result {
  const sum = addNumbers(a, b)
  if (sum !== undefined) return sum
  if (typeof a === 'string' && typeof b === 'string') return a + b
  if (a instanceof ListValue && b instanceof ListValue) return a.concat?.(b, meter) ?? concatenate(a, b, meter)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.concat([a, b])
  if (a instanceof Duration && b instanceof Duration) return inDuration(a.nanos + b.nanos)
  if (a instanceof Duration && b instanceof Timestamp) return inTimestamp(a.nanos + b.nanos, b.offset)
  if (a instanceof Timestamp && b instanceof Duration) return inTimestamp(a.nanos + b.nanos, a.offset)
  return noSuchOverload()
}

/** A growing list belongs to the fold that makes it, and is added to in place. */
function concatenate(a: ListValue, b: ListValue, meter: Meter): Result {
  const target = a instanceof GrowingList ? a.elements : []
  if (!(a instanceof GrowingList)) {
    const failure = append(a, target, meter)
    if (failure !== undefined) return failure
  }
  const failure = append(b, target, meter)
  if (failure !== undefined) return failure
  return a instanceof GrowingList ? a : new ArrayList(target)
}

function append(list: ListValue, target: Value[], meter: Meter): EvalError | undefined {
  meter.work(list.size)
  for (let index = 0; index < list.size; index++) {
    const element = list.get(index)
    if (isError(element)) return element
    target.push(element)
  }
  return undefined
}

function subtract(a: Value, b: Value): Result {
  const difference = subtractNumbers(a, b)
  if (difference !== undefined) return difference
  if (a instanceof Duration && b instanceof Duration) return inDuration(a.nanos - b.nanos)
  if (a instanceof Timestamp && b instanceof Duration) return inTimestamp(a.nanos - b.nanos, a.offset)
  if (a instanceof Timestamp && b instanceof Timestamp) return inDuration(a.nanos - b.nanos)
  return noSuchOverload()
}

function divide(a: Value, b: Value): Result {
  if (typeof a === 'number' && typeof b === 'number') return a / b
  if (isZero(b)) return new EvalError('division by zero')
  return (
    numeric(
      (x, y) => x / y,
      (x, y) => x / y,
    )(a, b) ?? noSuchOverload()
  )
}

function modulo(a: Value, b: Value): Result {
  if (isZero(b)) return new EvalError('modulus by zero')
  if (typeof a === 'bigint' && typeof b === 'bigint') return a % b
  return a instanceof Uint && b instanceof Uint ? new Uint(a.value % b.value) : noSuchOverload()
}

const isZero = (value: Value): boolean => value === 0n || (value instanceof Uint && value.value === 0n)

const binary =
  (compute: (a: Value, b: Value, meter: Meter) => Result): Implementation =>
  ([a = null, b = null], { meter }) =>
    compute(a, b, meter)

const negate: Implementation = ([value = null]) => {
  if (typeof value === 'bigint') return inInt(-value)
  return typeof value === 'number' ? -value : noSuchOverload()
}

type Signature = readonly [id: string, args: readonly CelType[], result: CelType]

const operator = (any: Implementation, signatures: readonly Signature[]): FunctionDeclaration => ({
  any,
  overloads: signatures.map((signature) => func(signature, any)),
})

const same = (id: string, type: CelType): Signature => [id, [type, type], type]
const LIST_A = listOf(A)

export const arithmetic: Record<string, FunctionDeclaration> = {
  [OPERATOR.add]: operator(binary(add), [
    same('add_bytes', BYTES),
    same('add_double', DOUBLE),
    same('add_duration_duration', DURATION),
    ['add_duration_timestamp', [DURATION, TIMESTAMP], TIMESTAMP],
    ['add_timestamp_duration', [TIMESTAMP, DURATION], TIMESTAMP],
    same('add_int64', INT),
    same('add_list', LIST_A),
    same('add_string', STRING),
    same('add_uint64', UINT),
  ]),
  [OPERATOR.subtract]: operator(binary(subtract), [
    same('subtract_double', DOUBLE),
    same('subtract_duration_duration', DURATION),
    same('subtract_int64', INT),
    ['subtract_timestamp_duration', [TIMESTAMP, DURATION], TIMESTAMP],
    ['subtract_timestamp_timestamp', [TIMESTAMP, TIMESTAMP], DURATION],
    same('subtract_uint64', UINT),
  ]),
  [OPERATOR.multiply]: operator(
    binary((a, b) => multiplyNumbers(a, b) ?? noSuchOverload()),
    [same('multiply_double', DOUBLE), same('multiply_int64', INT), same('multiply_uint64', UINT)],
  ),
  [OPERATOR.divide]: operator(binary(divide), [
    same('divide_double', DOUBLE),
    same('divide_int64', INT),
    same('divide_uint64', UINT),
  ]),
  [OPERATOR.modulo]: operator(binary(modulo), [same('modulo_int64', INT), same('modulo_uint64', UINT)]),
  [OPERATOR.negate]: operator(negate, [
    ['negate_double', [DOUBLE], DOUBLE],
    ['negate_int64', [INT], INT],
  ]),
}
