/** What expressions compute with. An int is a bigint, a double a number, a string a string; the rest are classes.
 *  Source: CEL specification, values. */
import type { CelType } from '../check/types.ts'
import type { Duration, Timestamp } from './time.ts'

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | TypeValue
  | Optional
  | ListValue
  | MapValue
  | OpaqueValue

/** Errors are values of an evaluation: `error || true` is true. */
export type Result = Value | EvalError

export class EvalError {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

export const noSuchOverload = (): EvalError => new EvalError('no such overload')

export class Uint {
  readonly value: bigint
  constructor(value: bigint) {
    this.value = value
  }
}

export class TypeValue {
  readonly type: CelType
  constructor(type: CelType) {
    this.type = type
  }
}

export class Optional {
  static readonly none = new Optional(undefined)
  readonly value: Value | undefined
  constructor(value: Value | undefined) {
    this.value = value
  }
}

/** Counts the work of steps that the language's own costs do not see, and throws when it is too much. */
export interface Meter {
  work(steps: number): void
}

export abstract class ListValue {
  abstract readonly size: number
  /** `index` is within the list. */
  abstract get(index: number): Result
  /** How kubernetes' sets and keyed lists say that they are equal to another; undefined: element by element. */
  equalTo?(other: ListValue, meter: Meter): boolean | EvalError
  concat?(other: ListValue, meter: Meter): Result
}

export abstract class MapValue {
  abstract readonly size: number
  /** Undefined: it has no such key. */
  abstract find(key: Value): Result | undefined
  abstract keys(): Iterable<Value>
  equalTo?(other: MapValue, meter: Meter): boolean | EvalError
}

/** A value of a type that only functions look into: a quantity, a URL, an authorizer… */
export abstract class OpaqueValue {
  abstract readonly type: CelType
  abstract equals(other: OpaqueValue): boolean
}

export const isError = (result: Result): result is EvalError => result instanceof EvalError
