/** `==`: numbers across their types, lists and maps in depth, anything else within its type. Source: CEL specification,
 *  equality. */
import { isMixedNumber, numbersEqual } from './numbers.ts'
import { Duration, Timestamp } from './time.ts'
import type { Meter, Value } from './value.ts'
import { EvalError, isError, ListValue, MapValue, OpaqueValue, Optional, TypeValue } from './value.ts'

export function equal(a: Value, b: Value, meter: Meter): boolean | EvalError {
  if (a === b) return true
  if (a === null || b === null) return false
  if (isMixedNumber(a)) return isMixedNumber(b) && numbersEqual(a, b)
  if (typeof a !== 'object' || typeof b !== 'object') return false
  return equalObjects(a, b, meter)
}

type ObjectValue = Exclude<Value, null | boolean | bigint | number | string>

function equalObjects(a: ObjectValue, b: ObjectValue, meter: Meter): boolean | EvalError {
  if (a instanceof ListValue) return b instanceof ListValue && equalLists(a, b, meter)
  if (a instanceof MapValue) return b instanceof MapValue && equalMaps(a, b, meter)
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0
  if (a instanceof TypeValue) return b instanceof TypeValue && a.type.name === b.type.name
  if (a instanceof OpaqueValue) return b instanceof OpaqueValue && a.type.name === b.type.name && a.equals(b)
  if (!(a instanceof Optional) || !(b instanceof Optional)) return false
  if (a.value === undefined || b.value === undefined) return a.value === b.value
  return equal(a.value, b.value, meter)
}

function equalLists(a: ListValue, b: ListValue, meter: Meter): boolean | EvalError {
  if (a.equalTo !== undefined) return a.equalTo(b, meter)
  if (a.size !== b.size) return false
  for (let index = 0; index < a.size; index++) {
    meter.work(1)
    const left = a.get(index)
    const right = b.get(index)
    if (isError(left)) return left
    if (isError(right)) return right
    const same = equal(left, right, meter)
    if (same !== true) return same
  }
  return true
}

function equalMaps(a: MapValue, b: MapValue, meter: Meter): boolean | EvalError {
  if (a.equalTo !== undefined) return a.equalTo(b, meter)
  if (a.size !== b.size) return false
  for (const key of a.keys()) {
    meter.work(1)
    const left = a.find(key)
    const right = b.find(key)
    if (left === undefined || right === undefined) return false
    if (isError(left)) return left
    if (isError(right)) return right
    const same = equal(left, right, meter)
    if (same !== true) return same
  }
  return true
}

/** Whether a list has an element equal to `value`; an error of comparing only counts when none is. */
export function contains(list: ListValue, value: Value, meter: Meter): boolean | EvalError {
  let failure: EvalError | undefined
  for (let index = 0; index < list.size; index++) {
    meter.work(1)
    const element = list.get(index)
    const same = isError(element) ? element : equal(value, element, meter)
    if (same === true) return true
    if (same instanceof EvalError) failure ??= same
  }
  return failure ?? false
}
