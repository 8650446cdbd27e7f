/** Whether the rules of a CustomResourceDefinition compile, and whether they can be run in time whatever the objects
 *  are. Source: k8s.io/apiextensions-apiserver v0.34, pkg/apis/apiextensions/validation. */
import type { ValidationRule } from '../../generated/types.ts'
import type { Structural } from '../../structural/schema/structural.ts'
import { type FieldError, forbidden, invalidValue } from '../../validation/field-error.ts'
import { UNBOUNDED } from '../cost/range.ts'
import { MAX_REQUEST_BYTES } from '../declare/declare-schema.ts'
import type { CompiledMessage, CompiledRule } from './compiled-rule.ts'
import { type RuleNode, ruleNodeOf } from './rule-node.ts'

const EXPRESSION_LIMIT = 10_000_000
const TOTAL_LIMIT = 100_000_000
const NAMED = 4

interface Total {
  cost: number
  expensive: { path: string; cost: number }[]
}

interface Place {
  path: string
  /** How often the value may be there at most; undefined: as often as fits into a request. */
  cardinality: number | undefined
  /** The schema within which a value cannot be told from others after an update. */
  uncorrelatable: string | undefined
  total: Total
}

/** `root`: the schema of an object as a whole, without other errors. `path` leads to it. */
export function ruleErrors(root: Structural, path: string): FieldError[] {
  const node = ruleNodeOf(root, true)
  if (node === undefined) return []
  const total: Total = { cost: 0, expensive: [] }
  const errors = visit(node, { path, cardinality: 1, uncorrelatable: undefined, total })
  return [...errors, ...totalErrors(total, path)]
}

function visit(node: RuleNode, place: Place): FieldError[] {
  const { path } = place
  const { structural } = node
  const errors: FieldError[] = []
  const child = { ...place, cardinality: childCardinality(structural, place.cardinality) }
  if (node.additional) errors.push(...visit(node.additional, { ...child, path: `${path}.additionalProperties` }))
  for (const [name, property] of node.properties) {
    errors.push(...visit(property, { ...child, path: `${path}.properties[${name}]` }))
  }
  if (node.items) {
    const uncorrelatable = place.uncorrelatable ?? (structural.listType === 'map' ? undefined : path)
    errors.push(...visit(node.items, { ...child, uncorrelatable, path: `${path}.items` }))
  }
  for (const [index, rule] of node.rules.entries()) {
    errors.push(...errorsOf(rule, node, { ...place, path: `${path}.x-kubernetes-validations[${index}]` }))
  }
  return errors
}

function childCardinality({ type, additional, source }: Structural, own: number | undefined): number | undefined {
  if (own === undefined) return undefined
  const factor = type === 'array' ? source.maxItems : type === 'object' && additional ? source.maxProperties : 1
  return factor === undefined ? undefined : Math.min(UNBOUNDED, own * Math.max(0, factor))
}

function errorsOf(compiled: CompiledRule, node: RuleNode, place: Place): FieldError[] {
  const { rule, error, usesOldSelf } = compiled
  const { path, total } = place
  const times = place.cardinality ?? Math.trunc(MAX_REQUEST_BYTES / ((node.declaration?.minSize ?? 0) + 1))
  const cost = Math.min(UNBOUNDED, compiled.maxCost * times)
  const errors = observe({ path: `${path}.rule`, cost, name: 'estimated rule cost' }, total)
  if (error !== undefined) errors.push(wrongRule(`${path}.rule`, rule, error))
  if (compiled.message !== undefined) errors.push(...messageErrors(compiled.message, rule, place))
  if (usesOldSelf && place.uncorrelatable !== undefined) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable}`
    errors.push(invalidValue(`${path}.rule`, rule.rule, detail))
  } else if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
    const detail = 'may not be set if oldSelf is not used in rule'
    errors.push(invalidValue(`${path}.optionalOldSelf`, rule.optionalOldSelf, detail))
  }
  return errors
}

function messageErrors(
  { error, maxCost }: CompiledMessage,
  rule: ValidationRule,
  { path, total }: Place,
): FieldError[] {
  const at = `${path}.messageExpression`
  if (error !== undefined) return [wrongRule(at, rule, error)]
  return observe({ path: at, cost: maxCost, name: 'estimated messageExpression cost' }, total)
}

/** The whole rule is shown, by the names that its fields have in Go. */
function wrongRule(path: string, rule: ValidationRule, detail: string): FieldError {
  const shown = {
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  }
  return invalidValue(path, shown, detail)
}

function observe({ path, cost, name }: { path: string; cost: number; name: string }, total: Total): FieldError[] {
  total.cost = Math.min(UNBOUNDED, total.cost + cost)
  if (cost >= TOTAL_LIMIT / 100) total.expensive.push({ path, cost })
  return cost > EXPRESSION_LIMIT ? [forbidden(path, overBudget(name, cost / EXPRESSION_LIMIT))] : []
}

function totalErrors({ cost, expensive }: Total, path: string): FieldError[] {
  if (cost <= TOTAL_LIMIT) return []
  const most = expensive.toSorted((a, b) => b.cost - a.cost).slice(0, NAMED)
  const detail = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'
  const name = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema'
  return [...most.map((one) => forbidden(one.path, detail)), forbidden(path, overBudget(name, cost / TOTAL_LIMIT))]
}

function overBudget(name: string, factor: number): string {
  const text = factor > 100 ? 'more than 100' : factor < 1.5 ? factor.toFixed(6) : factor.toFixed(1)
  const hint =
    'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared'
  return `${name} exceeds budget by factor of ${text}x (${hint})`
}
