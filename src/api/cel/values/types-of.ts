/** The type of a value at run time; parameters are erased. */
import type { CelType } from '../check/types.ts'
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  isDyn,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  parameter,
  STRING,
  TIMESTAMP,
  typeOf,
  UINT,
} from '../check/types.ts'
import { Duration, Timestamp } from './time.ts'
import type { Value } from './value.ts'
import { isError, ListValue, MapValue, OpaqueValue, Optional, TypeValue, Uint } from './value.ts'

const LIST = listOf(DYN)
const MAP = mapOf(DYN, DYN)
const TYPE = typeOf(DYN)
const OPTIONAL = optionalOf(DYN)

export function typeOfValue(value: Value): CelType {
  switch (typeof value) {
    case 'boolean':
      return BOOL
    case 'bigint':
      return INT
    case 'number':
      return DOUBLE
    case 'string':
      return STRING
    default:
      return typeOfObject(value)
  }
}

function typeOfObject(value: Exclude<Value, boolean | bigint | number | string>): CelType {
  if (value === null) return NULL
  if (value instanceof ListValue) return LIST
  if (value instanceof MapValue) return MAP
  if (value instanceof Optional) return OPTIONAL
  if (value instanceof Timestamp) return TIMESTAMP
  if (value instanceof Duration) return DURATION
  if (value instanceof Uint) return UINT
  if (value instanceof TypeValue) return TYPE
  return value instanceof OpaqueValue ? value.type : BYTES
}

/** Whether a function declared for `type` takes the value. Of lists and maps only the first element is looked at. */
export function takes(type: CelType, value: Value): boolean {
  if (isDyn(type) || type.kind === 'param') return true
  if (typeOfValue(value).name !== type.name) return false
  if (value instanceof ListValue) {
    const first = value.size === 0 ? undefined : value.get(0)
    return first === undefined || isError(first) || takes(parameter(type, 0), first)
  }
  if (!(value instanceof MapValue) || value.size === 0) return true
  for (const key of value.keys()) {
    const found = value.find(key)
    return takes(parameter(type, 0), key) && (found === undefined || isError(found) || takes(parameter(type, 1), found))
  }
  return true
}
