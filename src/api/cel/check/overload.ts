/** What a function of the language is: overloads told apart by the types of their arguments. */
import type { Result, Value } from '../values/value.ts'
import type { CallContext } from './call-context.ts'
import type { CelType } from './types.ts'
import { typeParam } from './types.ts'

export type Implementation = (args: readonly Value[], context: CallContext) => Result

export interface Overload {
  /** Costs are looked up by it. */
  id: string
  /** Whether it is called as a method; the receiver is the first of `args`. */
  member: boolean
  args: readonly CelType[]
  result: CelType
  call: Implementation
}

export interface FunctionDeclaration {
  overloads: readonly Overload[]
  /** Operators decide by the values themselves and not by their overloads' types. */
  any?: Implementation
}

export type Functions = ReadonlyMap<string, FunctionDeclaration>

export const A = typeParam('A')
export const B = typeParam('B')

type Signature = readonly [id: string, args: readonly CelType[], result: CelType]

export const func = ([id, args, result]: Signature, call: Implementation): Overload => ({
  id,
  member: false,
  args,
  result,
  call,
})

export const method = ([id, args, result]: Signature, call: Implementation): Overload => ({
  id,
  member: true,
  args,
  result,
  call,
})

/** Functions of several libraries as one; a name may have overloads in more than one of them. */
export function mergeFunctions(
  libraries: readonly Record<string, FunctionDeclaration | readonly Overload[]>[],
): Functions {
  const merged = new Map<string, FunctionDeclaration>()
  for (const library of libraries) {
    for (const [name, given] of Object.entries(library)) {
      const declaration: FunctionDeclaration = 'overloads' in given ? given : { overloads: given }
      const before = merged.get(name)
      const overloads = [...(before?.overloads ?? []), ...declaration.overloads]
      merged.set(name, { ...before, ...declaration, overloads })
    }
  }
  return merged
}
