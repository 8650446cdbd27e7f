/** CEL's static types. They are compared by structure, names and all. Source: CEL specification; its Go implementation
 *  (cel-go v0.26), common/types. */

export type TypeKind =
  | 'dyn'
  | 'any'
  | 'error'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'null'
  | 'timestamp'
  | 'duration'
  | 'list'
  | 'map'
  | 'object'
  | 'opaque'
  | 'type'
  | 'param'

export interface CelType {
  readonly kind: TypeKind
  /** What `type(x)` says at run time; a parameter's or an object's own name. */
  readonly name: string
  readonly params: readonly CelType[]
  /** How many types it is made of. Hostile nesting (`{x: x}` again and again) doubles it at each step. */
  readonly weight: number
}

/** Thrown when a type grows beyond any use; the compiler makes an error of it. */
export class TypeTooComplex extends Error {}

const MAX_WEIGHT = 2000

function make(kind: TypeKind, name: string, params: readonly CelType[] = []): CelType {
  let weight = 1
  for (const param of params) weight += param.weight
  if (weight > MAX_WEIGHT) throw new TypeTooComplex('expression type is too complex')
  return { kind, name, params, weight }
}

export const DYN = make('dyn', 'dyn')
export const ANY = make('any', 'google.protobuf.Any')
export const ERROR = make('error', '*error*')
export const BOOL = make('bool', 'bool')
export const INT = make('int', 'int')
export const UINT = make('uint', 'uint')
export const DOUBLE = make('double', 'double')
export const STRING = make('string', 'string')
export const BYTES = make('bytes', 'bytes')
export const NULL = make('null', 'null_type')
export const TIMESTAMP = make('timestamp', 'google.protobuf.Timestamp')
export const DURATION = make('duration', 'google.protobuf.Duration')

export const listOf = (element: CelType): CelType => make('list', 'list', [element])
export const mapOf = (key: CelType, value: CelType): CelType => make('map', 'map', [key, value])
export const typeOf = (type: CelType): CelType => make('type', 'type', [type])
export const optionalOf = (type: CelType): CelType => make('opaque', 'optional_type', [type])
export const objectType = (name: string): CelType => make('object', name)
export const opaqueType = (name: string, ...params: CelType[]): CelType => make('opaque', name, params)
export const typeParam = (name: string): CelType => make('param', name)

export const isDyn = (type: CelType): boolean => type.kind === 'dyn' || type.kind === 'any'
export const isDynOrError = (type: CelType): boolean => isDyn(type) || type.kind === 'error'
export const isOptional = (type: CelType): boolean => type.kind === 'opaque' && type.name === 'optional_type'

/** What an optional holds; undefined for any other type. */
export const optionalElement = (type: CelType): CelType | undefined => (isOptional(type) ? type.params[0] : undefined)

export function parameter(type: CelType, index: number): CelType {
  return type.params[index] ?? DYN
}

export function sameType(a: CelType, b: CelType): boolean {
  if (a === b) return true
  if (a.kind !== b.kind || a.name !== b.name || a.params.length !== b.params.length) return false
  return a.params.every((param, index) => sameType(param, parameter(b, index)))
}

const WORDS: Partial<Record<TypeKind, string>> = {
  any: 'any',
  duration: 'duration',
  error: '!error!',
  null: 'null',
  timestamp: 'timestamp',
}

/** A type as error messages have it: `map(string, list(int))`. */
export function formatType(type: CelType): string {
  const word = WORDS[type.kind]
  if (word !== undefined) return word
  if (type.params.length === 0) return type.name
  return `${type.name}(${type.params.map(formatType).join(', ')})`
}
