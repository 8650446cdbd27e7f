/** Finds the type of every part of an expression and which overloads may apply; writes both onto the tree.
 *  Source: cel-go v0.26, checker/checker.go. */
import type { Issue } from '../issues.ts'
import type {
  Call,
  Comprehension,
  Expression,
  Identifier,
  ListLiteral,
  MapLiteral,
  Select,
  StructLiteral,
} from '../syntax/ast.ts'
import { OPERATOR } from '../syntax/ast.ts'
import { areAssignable, isAssignable, mostGeneral } from './assignable.ts'
import type { Environment } from './environment.ts'
import type { FunctionDeclaration } from './overload.ts'
import { qualifiedName } from './qualified-name.ts'
import { instantiate, Substitution } from './substitution.ts'
import { typeOfValue } from '../values/types-of.ts'
import {
  BOOL,
  type CelType,
  DYN,
  ERROR,
  formatType,
  INT,
  isDyn,
  isDynOrError,
  listOf,
  mapOf,
  optionalElement,
  optionalOf,
  parameter,
  sameType,
  typeOf,
  typeParam,
} from './types.ts'

export interface Checked {
  type: CelType
  /** Every variable that is named anywhere. */
  references: ReadonlySet<string>
}

/** Throws TypeTooComplex. Issues go to `issues`. */
export function check(expression: Expression, environment: Environment, issues: Issue[]): Checked {
  const checker = new Checker(environment, issues)
  const type = checker.check(expression)
  checker.settle(expression)
  return { type: checker.final(type), references: checker.references }
}

class Checker {
  readonly references = new Set<string>()
  readonly #environment: Environment
  readonly #issues: Issue[]
  readonly #known = new Substitution()
  readonly #scopes: Map<string, CelType>[] = []

  constructor(environment: Environment, issues: Issue[]) {
    this.#environment = environment
    this.#issues = issues
  }

  final(type: CelType): CelType {
    return this.#known.apply(type, true)
  }

  /** Replaces what was still open by what it turned out to be. */
  settle(root: Expression): void {
    const open = [root]
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      node.type = this.final(node.type ?? ERROR)
      open.push(...childrenOf(node))
    }
  }

  check(node: Expression): CelType {
    node.type = this.#typeOf(node)
    return node.type
  }

  #typeOf(node: Expression): CelType {
    switch (node.kind) {
      case 'literal':
        return typeOfValue(node.value)
      case 'identifier':
        return this.#identifier(node)
      case 'select':
        return this.#select(node)
      case 'call':
        return this.#call(node)
      case 'list':
        return this.#list(node)
      case 'map':
        return this.#map(node)
      case 'struct':
        return this.#struct(node)
      default:
        return this.#comprehension(node)
    }
  }

  #issue(at: number, message: string): CelType {
    this.#issues.push({ at, message })
    return ERROR
  }

  #undeclared(at: number, name: string): CelType {
    return this.#issue(at, `undeclared reference to '${name}' (in container '')`)
  }

  #mismatch(at: number, expected: CelType, found: CelType): CelType {
    return this.#issue(at, `expected type '${formatType(expected)}' but found '${formatType(found)}'`)
  }

  #lookUp(given: string): { variable?: CelType; typeName?: CelType } {
    const name = given.startsWith('.') ? given.slice(1) : given
    for (const scope of this.#scopes.toReversed()) {
      const local = scope.get(name)
      if (local !== undefined) return { variable: local }
    }
    const variable = this.#environment.variables.get(name)
    if (variable !== undefined) return { variable }
    const typeName = this.#environment.typeNames.get(name)
    return typeName === undefined ? {} : { typeName }
  }

  #identifier(node: Identifier): CelType {
    const { variable, typeName } = this.#lookUp(node.name)
    if (typeName !== undefined) {
      node.typeName = typeName
      return typeOf(typeName)
    }
    if (variable === undefined) return this.#undeclared(node.at, node.name)
    if (node.name.startsWith('.')) node.name = node.name.slice(1)
    this.references.add(node.name)
    return variable
  }

  #select(node: Select): CelType {
    const name = node.test ? undefined : qualifiedName(node)
    const { typeName, variable } = name === undefined ? {} : this.#lookUp(name)
    if (typeName !== undefined) {
      Object.assign(node, { kind: 'identifier', name, typeName })
      return typeOf(typeName)
    }
    // Variables may have names with dots: `authorizer.requestResource`.
    if (name !== undefined && variable !== undefined) {
      Object.assign(node, { kind: 'identifier', name })
      this.references.add(name)
      return variable
    }
    const type = this.#field(node, node.operand, { field: node.field, optional: false })
    return node.test ? BOOL : this.#known.apply(type, false)
  }

  #field(node: Expression, operand: Expression, { field, optional }: { field: string; optional: boolean }): CelType {
    const given = this.#known.apply(this.check(operand), false)
    const held = optionalElement(given)
    const type = this.#fieldOf(node, held ?? given, field)
    return held !== undefined || optional ? optionalOf(type) : type
  }

  #fieldOf(node: Expression, target: CelType, field: string): CelType {
    switch (target.kind) {
      case 'map':
        return parameter(target, 1)
      case 'object': {
        const fields = this.#environment.objects.get(target.name)
        if (fields === undefined) return this.#issue(node.at, `unexpected failed resolution of '${target.name}'`)
        return fields.fieldType(field) ?? this.#issue(node.at, `undefined field '${field}'`)
      }
      case 'param':
        isAssignable(this.#known, DYN, target)
        return DYN
      default:
        if (!isDynOrError(target)) {
          this.#issue(node.at, `type '${formatType(target)}' does not support field selection`)
        }
        return DYN
    }
  }

  #call(node: Call): CelType {
    if (node.name === OPERATOR.optionalSelect) return this.#optionalSelect(node)
    for (const each of node.arguments) this.check(each)
    const target = node.target
    if (target === undefined) {
      if (node.name.startsWith('.')) node.name = node.name.slice(1)
      return this.#resolve(node, this.#environment.functions.get(node.name))
    }
    const prefix = qualifiedName(target)
    const qualified = prefix === undefined ? undefined : `${prefix}.${node.name}`
    if (qualified !== undefined && this.#environment.functions.has(qualified)) {
      node.name = qualified
      delete node.target
      return this.#resolve(node, this.#environment.functions.get(qualified))
    }
    this.check(target)
    return this.#resolve(node, this.#environment.functions.get(node.name))
  }

  #optionalSelect(node: Call): CelType {
    const [operand, field] = node.arguments
    if (operand === undefined || field?.kind !== 'literal' || typeof field.value !== 'string') {
      return this.#issue(node.at, 'unsupported optional field selection')
    }
    const type = this.#field(node, operand, { field: field.value, optional: true })
    this.check(field)
    node.overloads = ['select_optional_field']
    return this.#known.apply(type, false)
  }

  #resolve(node: Call, declaration: FunctionDeclaration | undefined): CelType {
    if (declaration === undefined) return this.#undeclared(node.at, node.name)
    const { target } = node
    const given = target === undefined ? node.arguments : [target, ...node.arguments]
    const types = given.map((each) => each.type ?? ERROR)
    if (node.name === OPERATOR.and || node.name === OPERATOR.or) return this.#logical(node, types)
    const found: string[] = []
    let result: CelType | undefined
    for (const overload of declaration.overloads) {
      if (overload.member !== (target !== undefined)) continue
      const fresh = new Map<string, CelType>()
      const args = overload.args.map((type) => this.#instance(type, fresh))
      if (!areAssignable(this.#known, types, args)) continue
      found.push(overload.id)
      const type = this.#known.apply(this.#instance(overload.result, fresh), false)
      if (result === undefined) result = type
      else if (!isDyn(result) && !sameType(type, result)) result = DYN
    }
    if (result === undefined) return this.#noOverload(node, types)
    node.overloads = found
    return result
  }

  #instance(type: CelType, fresh: Map<string, CelType>): CelType {
    this.#freshen(type, fresh)
    return instantiate(type, fresh)
  }

  #freshen(type: CelType, fresh: Map<string, CelType>): void {
    if (type.kind === 'param' && !fresh.has(type.name)) fresh.set(type.name, typeParam(this.#known.freshName()))
    for (const param of type.params) this.#freshen(param, fresh)
  }

  #logical(node: Call, types: readonly CelType[]): CelType {
    let fine = true
    for (const [index, type] of types.entries()) {
      if (isAssignable(this.#known, type, BOOL)) continue
      this.#mismatch(node.arguments[index]?.at ?? node.at, BOOL, type)
      fine = false
    }
    if (!fine) return ERROR
    node.overloads = [node.name === OPERATOR.and ? 'logical_and' : 'logical_or']
    return BOOL
  }

  #noOverload(node: Call, types: readonly CelType[]): CelType {
    const texts = types.map((type) => formatType(this.final(type)))
    const receiver = node.target === undefined ? '' : `${texts.shift()}.`
    return this.#issue(
      node.at,
      `found no matching overload for '${node.name}' applied to '${receiver}(${texts.join(', ')})'`,
    )
  }

  #list(node: ListLiteral): CelType {
    let joined: CelType | undefined
    for (const [index, element] of node.elements.entries()) {
      joined = this.#join(joined, this.#element(element, node.optional.has(index)))
    }
    return listOf(joined ?? typeParam(this.#known.freshName()))
  }

  #map(node: MapLiteral): CelType {
    let keys: CelType | undefined
    let values: CelType | undefined
    for (const { key, value, optional } of node.entries) {
      keys = this.#join(keys, this.check(key))
      values = this.#join(values, this.#element(value, optional))
    }
    const open = () => typeParam(this.#known.freshName())
    return mapOf(keys ?? open(), values ?? open())
  }

  #element(node: Expression, optional: boolean): CelType {
    const type = this.check(node)
    if (!optional) return type
    const held = optionalElement(type)
    if (held === undefined && !isDyn(type)) this.#mismatch(node.at, optionalOf(type), type)
    return held ?? type
  }

  #join(before: CelType | undefined, type: CelType): CelType {
    if (before === undefined) return type
    // A mix is a list of anything here; the validators complain of it where it is written out.
    return isAssignable(this.#known, before, type) ? mostGeneral(before, type) : DYN
  }

  #struct({ at, name }: StructLiteral): CelType {
    const { variable, typeName } = this.#lookUp(name)
    if (typeName !== undefined) return this.#issue(at, `'${name}' is not a message type`)
    if (variable !== undefined) return this.#issue(at, `'${formatType(variable)}' is not a type`)
    return this.#undeclared(at, name)
  }

  #comprehension(node: Comprehension): CelType {
    this.check(node.range)
    const accumulator = this.check(node.init)
    const [first, second] = this.#iteration(node, this.#known.apply(node.range.type ?? ERROR, false))
    this.#scopes.push(new Map([[node.accuVar, accumulator]]))
    const variables = new Map([[node.iterVar, first]])
    if (node.iterVar2 !== undefined) variables.set(node.iterVar2, second)
    this.#scopes.push(variables)
    this.#mustBe(node.condition, BOOL)
    this.#mustBe(node.step, accumulator)
    this.#scopes.pop()
    const result = this.check(node.result)
    this.#scopes.pop()
    return this.#known.apply(result, false)
  }

  /** The types of the variables of an iteration. */
  #iteration(node: Comprehension, range: CelType): [CelType, CelType] {
    switch (range.kind) {
      case 'list':
        return node.iterVar2 === undefined ? [parameter(range, 0), DYN] : [INT, parameter(range, 0)]
      case 'map':
        return [parameter(range, 0), parameter(range, 1)]
      case 'dyn':
      case 'error':
      case 'param':
        isAssignable(this.#known, DYN, range)
        return [DYN, DYN]
      default:
        this.#issue(
          node.range.at,
          `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        )
        return [ERROR, ERROR]
    }
  }

  #mustBe(node: Expression, type: CelType): void {
    const found = this.check(node)
    if (!isAssignable(this.#known, type, found)) this.#mismatch(node.at, type, found)
  }
}

export function childrenOf(node: Expression): Expression[] {
  switch (node.kind) {
    case 'select':
      return [node.operand]
    case 'call':
      return node.target === undefined ? node.arguments : [node.target, ...node.arguments]
    case 'list':
      return node.elements
    case 'map':
      return node.entries.flatMap(({ key, value }) => [key, value])
    case 'comprehension':
      return [node.range, node.init, node.condition, node.step, node.result]
    default:
      return []
  }
}
