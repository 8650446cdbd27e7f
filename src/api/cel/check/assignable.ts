/** Whether one type goes where another is wanted, binding type variables on the way. Source: cel-go v0.26,
 *  checker/types.go. */
import type { Substitution } from './substitution.ts'
import type { CelType, TypeKind } from './types.ts'
import { isDyn, isDynOrError, parameter, sameType } from './types.ts'

/** Binds nothing when the answer is no. */
export function isAssignable(known: Substitution, from: CelType, to: CelType): boolean {
  return known.attempt(() => assignable(known, from, to))
}

export function areAssignable(known: Substitution, from: readonly CelType[], to: readonly CelType[]): boolean {
  return known.attempt(() => allAssignable(known, from, to))
}

/** The more general of two types that are known to unify. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return isEqualOrLessSpecific(a, b) ? a : b
}

const NULLABLE: ReadonlySet<TypeKind> = new Set(['opaque', 'object', 'any', 'duration', 'timestamp', 'null'])

function assignable(known: Substitution, from: CelType, to: CelType): boolean {
  if (to.kind === 'param') {
    const { valid, bound } = substitutes(known, from, to)
    if (valid) return true
    if (bound) return false
  }
  if (from.kind === 'param') return substitutes(known, to, from).valid
  if (isDynOrError(from) || isDynOrError(to)) return true
  if (from.kind === 'null') return NULLABLE.has(to.kind)
  if (to.kind === 'null') return NULLABLE.has(from.kind)
  if (from.kind !== to.kind) return false
  switch (from.kind) {
    case 'type':
      return true
    case 'list':
    case 'map':
    case 'opaque':
      return from.name === to.name && allAssignable(known, from.params, to.params)
    default:
      return sameType(from, to)
  }
}

function allAssignable(known: Substitution, from: readonly CelType[], to: readonly CelType[]): boolean {
  if (from.length !== to.length) return false
  for (const [index, type] of from.entries()) {
    const wanted = to[index]
    if (wanted === undefined || !assignable(known, type, wanted)) return false
  }
  return true
}

function substitutes(known: Substitution, type: CelType, variable: CelType): { valid: boolean; bound: boolean } {
  if (type.kind === 'param' && sameType(type, variable)) return { valid: true, bound: true }
  const bound = known.find(variable)
  if (bound !== undefined) {
    if (sameType(type, bound)) return { valid: true, bound: true }
    if (!assignable(known, type, bound)) return { valid: false, bound: true }
    const general = mostGeneral(type, bound)
    if (isFreeOf(known, variable, general)) known.bind(variable, general)
    return { valid: true, bound: true }
  }
  if (!isFreeOf(known, variable, type)) return { valid: false, bound: false }
  known.bind(variable, type)
  return { valid: true, bound: false }
}

/** The occurs check: a variable must not come to stand for a type that has itself within. */
function isFreeOf(known: Substitution, variable: CelType, within: CelType): boolean {
  if (sameType(variable, within)) return false
  if (within.kind === 'param') {
    const bound = known.find(within)
    return bound === undefined || isFreeOf(known, variable, bound)
  }
  return within.params.every((param) => isFreeOf(known, variable, param))
}

function isEqualOrLessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'param') return true
  if (isDyn(b) || b.kind === 'param') return false
  if (a.kind !== b.kind) return false
  if (a.kind === 'type') return true
  if (a.kind !== 'list' && a.kind !== 'map' && a.kind !== 'opaque') return sameType(a, b)
  if (a.name !== b.name || a.params.length !== b.params.length) return false
  return a.params.every((param, index) => isEqualOrLessSpecific(param, parameter(b, index)))
}
