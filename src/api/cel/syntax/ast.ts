/** The tree of an expression. The checker writes types and references onto it. Source: CEL specification, syntax.proto. */
import type { CelType } from '../check/types.ts'
import type { Value } from '../values/value.ts'

interface Node {
  /** Where errors about it point: an offset in code points. */
  at: number
  /** Known once checked. */
  type?: CelType
}

export interface Literal extends Node {
  kind: 'literal'
  value: Value
}

export interface Identifier extends Node {
  kind: 'identifier'
  name: string
  /** The checker's answer: a type's name instead of a variable's. */
  typeName?: CelType
}

export interface Select extends Node {
  kind: 'select'
  operand: Expression
  field: string
  /** `has(a.b)`: whether it is there. */
  test: boolean
}

export interface Call extends Node {
  kind: 'call'
  name: string
  target?: Expression
  arguments: Expression[]
  /** The ids of the overloads that may apply, as the checker found them. */
  overloads?: readonly string[]
}

export interface ListLiteral extends Node {
  kind: 'list'
  elements: Expression[]
  /** `[?a]`: which elements are left out when absent. */
  optional: ReadonlySet<number>
}

export interface MapEntry {
  at: number
  key: Expression
  value: Expression
  optional: boolean
}

export interface MapLiteral extends Node {
  kind: 'map'
  entries: MapEntry[]
}

/** `Type{field: value}`. Nothing in Kubernetes' environments can be made that way; it is parsed to say so. */
export interface StructLiteral extends Node {
  kind: 'struct'
  name: string
  fields: { at: number; name: string; value: Expression; optional: boolean }[]
}

/** What every macro over a list or map becomes: a fold. */
export interface Comprehension extends Node {
  kind: 'comprehension'
  range: Expression
  iterVar: string
  iterVar2: string | undefined
  accuVar: string
  init: Expression
  condition: Expression
  step: Expression
  result: Expression
}

export type Expression = Literal | Identifier | Select | Call | ListLiteral | MapLiteral | StructLiteral | Comprehension

/** The accumulator's name cannot be written in an expression, and so cannot be taken. */
export const ACCUMULATOR = '@result'

/** Names of the operators as functions. */
export const OPERATOR = {
  conditional: '_?_:_',
  and: '_&&_',
  or: '_||_',
  not: '!_',
  negate: '-_',
  equals: '_==_',
  notEquals: '_!=_',
  less: '_<_',
  lessEquals: '_<=_',
  greater: '_>_',
  greaterEquals: '_>=_',
  add: '_+_',
  subtract: '_-_',
  multiply: '_*_',
  divide: '_/_',
  modulo: '_%_',
  in: '@in',
  index: '_[_]',
  optionalIndex: '_[?_]',
  optionalSelect: '_?._',
  notStrictlyFalse: '@not_strictly_false',
} as const
