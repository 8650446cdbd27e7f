/** Asks the rules of a schema of an object. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/schema/cel/validation.go. */
import { getOwn, isJsonObject, type JsonObject } from '../../decode/index.ts'
import { fieldPathIn } from '../../structural/schema/field-path.ts'
import type { Structural } from '../../structural/schema/structural.ts'
import type { Correlation } from '../../structural/value/correlation.ts'
import { duplicate, type FieldError, forbidden, invalidValue, required } from '../../validation/field-error.ts'
import { schemaValue } from '../declare/schema-value.ts'
import type { Evaluation } from '../program.ts'
import { isError, Optional, type Result } from '../values/value.ts'
import type { CompiledRule } from './compiled-rule.ts'
import { ruleMessage } from './rule-message.ts'
import type { RuleNode } from './rule-node.ts'

/** What the rules of one object may cost together. Source: k8s.io/apiserver v0.34, pkg/apis/cel/config.go. */
const OBJECT_BUDGET = 10_000_000

export interface CheckRules {
  value: unknown
  /** What it was before; undefined: nothing. */
  old: unknown
  /** Empty for an object as a whole. */
  path?: string
  /** The object beside what it was before an update: where nothing has changed, what is wrong is only warned of. */
  before?: Correlation | undefined
  warn?: ((text: string) => void) | undefined
}

export function checkRules(node: RuleNode, { value, old, path = '', before, warn }: CheckRules): FieldError[] {
  const walk = new Walk(warn)
  walk.visit(node, { value, old, path, current: before, parent: undefined })
  return walk.errors
}

interface Place {
  value: unknown
  old: unknown
  path: string
  current: Correlation | undefined
  /** The nearest above that could be told from others. */
  parent: Correlation | undefined
}

class Walk {
  readonly errors: FieldError[] = []
  readonly #warn: ((text: string) => void) | undefined
  #budget = OBJECT_BUDGET

  constructor(warn: ((text: string) => void) | undefined) {
    this.#warn = warn
  }

  visit(node: RuleNode, place: Place): void {
    if (this.#budget < 0 || place.value === null || place.value === undefined) return
    this.#ask(node, place)
    if (Array.isArray(place.value)) this.#list(node, place.value, place)
    else if (isJsonObject(place.value)) this.#object(node, place.value, place)
  }

  #list({ items, structural }: RuleNode, list: readonly unknown[], place: Place): void {
    if (items === undefined) return
    const old = oldItems(structural, place.old)
    for (const [index, value] of list.entries()) {
      const { current, parent } = place
      const correlation = current ? { current: current.item(index), parent: current } : { current, parent }
      this.visit(items, { value, old: old(value), path: `${place.path}[${index}]`, ...correlation })
    }
  }

  #object({ additional, properties }: RuleNode, object: JsonObject, place: Place): void {
    const old = isJsonObject(place.old) ? place.old : undefined
    for (const [name, value] of Object.entries(object)) {
      const before = old && getOwn(old, name)
      const step = { value, old: before, ...fieldCorrelation(name, place) }
      if (additional) this.visit(additional, { ...step, path: `${place.path}[${name}]` })
      const property = properties.get(name)
      if (property) this.visit(property, { ...step, path: place.path === '' ? name : `${place.path}.${name}` })
    }
  }

  #ask(node: RuleNode, place: Place): void {
    if (node.rules.length === 0) return
    if (this.#budget <= 0) return this.#outOfBudget(node, place)
    const self = schemaValue(place.value, node.schema)
    const oldSelf = place.old === undefined || place.old === null ? undefined : schemaValue(place.old, node.schema)
    for (const compiled of node.rules) {
      this.#askOne(compiled, { node, place, self, oldSelf })
      if (this.#budget < 0) return
    }
  }

  #askOne(compiled: CompiledRule, asked: Asked): void {
    const { rule, error, program } = compiled
    const { node, place } = asked
    const fail = (detail: string) => this.errors.push(invalidValue(place.path, node.structural.type, detail))
    if (error !== undefined) fail(`rule compile error: ${error}`)
    if (program === undefined) return
    const optional = rule.optionalOldSelf === true
    if (compiled.usesOldSelf && asked.oldSelf === undefined && !optional) return
    const variables = variablesOf(asked, optional)
    const result = program.evaluate(variables)
    if (!this.#spend(result.cost)) return this.#outOfBudget(node, place)
    if (!result.ok) {
      fail(failure(result, rule.message?.trim() || rule.rule.trim()))
      if (result.reason === 'budget') this.#budget = -1
    } else if (result.value !== true) {
      const message = ruleMessage(compiled, variables, this.#budget)
      this.#budget = message.budget
      this.#report(compiled, asked, message)
    }
  }

  #spend(cost: number): boolean {
    if (cost > this.#budget) return false
    this.#budget -= cost
    return true
  }

  #outOfBudget({ structural }: RuleNode, { path }: Place): void {
    const detail = 'validation failed due to running out of cost budget, no further validation rules will be run'
    this.errors.push(invalidValue(path, structural.type, detail))
    this.#budget = -1
  }

  #report(compiled: CompiledRule, { node, place }: Asked, message: { text: string; plain: boolean }): void {
    const { structural } = node
    const { rule, usesOldSelf } = compiled
    const field = pathOf(place.path, structural, rule.fieldPath)
    const error = message.plain
      ? invalidValue(field, structural.type, message.text)
      : errorFor(rule.reason, field, structural.type, message.text)
    const unchanged = (place.current ?? place.parent)?.unchanged() === true
    if (!usesOldSelf && unchanged) this.#warn?.(`${error.field}: ${error.message}`)
    else this.errors.push(error)
  }
}

interface Asked {
  node: RuleNode
  place: Place
  self: Result
  oldSelf: Result | undefined
}

const variablesOf =
  ({ self, oldSelf }: Asked, optional: boolean) =>
  (name: string): Result | undefined => {
    if (name === 'self') return self
    if (name !== 'oldSelf') return undefined
    if (!optional) return oldSelf
    if (oldSelf === undefined) return Optional.none
    return isError(oldSelf) ? oldSelf : new Optional(oldSelf)
  }

function failure({ error, reason }: Extract<Evaluation, { ok: false }>, rule: string): string {
  if (reason === 'budget') {
    return `'${error}': no further validation rules will be run due to call cost exceeds limit for rule: ${rule}`
  }
  if (!error.startsWith('no such overload')) return `${error} evaluating rule: ${rule}`
  return `'${error}': call arguments did not match a supported operator, function or macro signature for rule: ${rule}`
}

function pathOf(path: string, { source }: Structural, fieldPath: string | undefined): string {
  if (!fieldPath) return path
  const found = fieldPathIn(source, fieldPath)
  if (!found.ok) return path
  return path === '' || found.path.startsWith('[') ? path + found.path : `${path}.${found.path}`
}

function errorFor(reason: string | undefined, path: string, value: unknown, detail: string): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return forbidden(path, detail)
    case 'FieldValueRequired':
      return required(path, detail)
    case 'FieldValueDuplicate':
      return duplicate(path, value)
    default:
      return invalidValue(path, value, detail)
  }
}

function fieldCorrelation(name: string, { current, parent }: Place): Pick<Place, 'current' | 'parent'> {
  if (current === undefined) return { current, parent }
  if (parent === undefined && (name === 'apiVersion' || name === 'kind'))
    return { current: undefined, parent: undefined }
  return { current: current.field(name), parent: current }
}

/** What an element was before: only those of lists of type map can be told. */
function oldItems({ listType, listMapKeys }: Structural, old: unknown): (item: unknown) => unknown {
  if (listType !== 'map' || !Array.isArray(old)) return () => undefined
  const keyOf = (item: unknown) =>
    isJsonObject(item) ? JSON.stringify(listMapKeys.map((key) => getOwn(item, key) ?? null)) : undefined
  const byKey = new Map(old.toReversed().map((item: unknown) => [keyOf(item), item]))
  return (item) => {
    const key = keyOf(item)
    return key === undefined ? undefined : byKey.get(key)
  }
}
