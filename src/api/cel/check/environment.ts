/** What an expression may name: variables, functions, types, and the fields of object types. */
import type { Macros } from '../syntax/parser.ts'
import type { Functions } from './overload.ts'
import type { CelType } from './types.ts'

/** The fields of an object type by their names in expressions; undefined: it has no such field. */
export interface ObjectFields {
  fieldType(field: string): CelType | undefined
}

export interface Environment {
  variables: ReadonlyMap<string, CelType>
  functions: Functions
  macros: Macros
  /** Types that expressions can name. */
  typeNames: ReadonlyMap<string, CelType>
  objects: ReadonlyMap<string, ObjectFields>
}
