/** Conditions on a request: expressions that are true or false. Source: k8s.io/apiserver v0.34,
 *  pkg/admission/plugin/cel (compile.go, activation.go) and plugin/webhook/matchconditions. */
import { BOOL, formatType, sameType } from '../check/types.ts'
import { compileCel } from '../compile.ts'
import type { CelEnvironment } from '../kubernetes-environment.ts'
import type { Variables } from '../plan/frame.ts'
import type { Program } from '../program.ts'
import { PER_CALL_LIMIT } from '../program.ts'

export interface NamedExpression {
  name: string
  expression: string
}

export type CompiledCondition = NamedExpression &
  (
    | { program: Program; error?: undefined }
    /** What is wrong with the expression. */
    | { program?: undefined; error: string }
  )

/** What was left out is empty. */
export function compileCondition(condition: Partial<NamedExpression>, environment: CelEnvironment): CompiledCondition {
  const { name = '', expression = '' } = condition
  const compiled = compileCel(expression.trim(), environment)
  if (!compiled.ok) {
    const what = compiled.instantiation ? 'program instantiation' : 'compilation'
    return { name, expression, error: `${what} failed: ${compiled.error}` }
  }
  if (!sameType(compiled.type, BOOL))
    return { name, expression, error: `must evaluate to bool but got ${formatType(compiled.type)}` }
  return { name, expression, program: compiled.program }
}

/** What all conditions of one webhook or policy may cost together. */
const BUDGET = 2_500_000

export type ConditionsResult =
  | { matches: true }
  | { matches: false; failed?: string }
  | { matches: 'unknown'; errors: string[] }

/** One that is false decides, whatever the others are; else one that cannot be told leaves it open. */
export function evaluateConditions(conditions: readonly CompiledCondition[], variables: Variables): ConditionsResult {
  let budget = BUDGET
  const errors: string[] = []
  const outcomes: { name: string; value: unknown }[] = []
  for (const { name, expression, program, error } of conditions) {
    if (program === undefined) {
      errors.push(`compilation error: ${error}`)
      continue
    }
    const result = program.evaluate(variables, PER_CALL_LIMIT)
    budget -= result.cost
    if (budget < 0) {
      const why = 'validation failed due to running out of cost budget, no further validation rules will be run'
      return { matches: 'unknown', errors: [why] }
    }
    if (result.ok) outcomes.push({ name, value: result.value })
    else errors.push(`expression '${expression}' resulted in error: ${result.error}`)
  }
  const failed = outcomes.find(({ value }) => value === false)
  if (failed !== undefined) return { matches: false, failed: failed.name }
  return errors.length > 0 ? { matches: 'unknown', errors } : { matches: true }
}
