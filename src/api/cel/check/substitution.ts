/** What the free type variables of an expression have been found to stand for. Attempts that fail are undone from a
 *  trail, so that trying an overload costs what it looks at and not what is known already. */
import type { CelType } from './types.ts'
import { DYN, listOf, mapOf, opaqueType, parameter, typeOf } from './types.ts'

export class Substitution {
  readonly #bound = new Map<string, CelType>()
  readonly #trail: { name: string; before: CelType | undefined }[] = []
  #fresh = 0

  find(type: CelType): CelType | undefined {
    return type.kind === 'param' ? this.#bound.get(type.name) : undefined
  }

  bind(variable: CelType, type: CelType): void {
    this.#trail.push({ name: variable.name, before: this.#bound.get(variable.name) })
    this.#bound.set(variable.name, type)
  }

  freshName(): string {
    return `_var${this.#fresh++}`
  }

  /** Keeps what `attempt` bound if it answers true. */
  attempt(attempt: () => boolean): boolean {
    const mark = this.#trail.length
    if (attempt()) return true
    while (this.#trail.length > mark) {
      const last = this.#trail.pop()
      if (last === undefined) break
      if (last.before === undefined) this.#bound.delete(last.name)
      else this.#bound.set(last.name, last.before)
    }
    return false
  }

  /** `type` with every bound variable replaced; unbound ones stay, or become `dyn`. */
  apply(type: CelType, unboundToDyn: boolean): CelType {
    const bound = this.find(type)
    if (bound !== undefined) return this.apply(bound, unboundToDyn)
    if (type.kind === 'param') return unboundToDyn ? DYN : type
    if (type.params.length === 0) return type
    const params = type.params.map((param) => this.apply(param, unboundToDyn))
    if (params.every((param, index) => param === type.params[index])) return type
    return rebuild(type, params)
  }
}

function rebuild(type: CelType, params: readonly CelType[]): CelType {
  const made = { ...type, params }
  switch (type.kind) {
    case 'list':
      return listOf(parameter(made, 0))
    case 'map':
      return mapOf(parameter(made, 0), parameter(made, 1))
    case 'type':
      return typeOf(parameter(made, 0))
    default:
      return opaqueType(type.name, ...params)
  }
}

/** An overload's type with its own parameters renamed, so that two calls do not share them. */
export function instantiate(type: CelType, names: ReadonlyMap<string, CelType>): CelType {
  if (type.kind === 'param') return names.get(type.name) ?? type
  if (type.params.length === 0) return type
  return rebuild(
    type,
    type.params.map((param) => instantiate(param, names)),
  )
}
