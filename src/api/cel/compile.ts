/** From an expression's text to what can be run. Compiling has bounds of its own: on length, depth, nodes and types. */
import { check } from './check/checker.ts'
import { type CelType, TypeTooComplex } from './check/types.ts'
import { validate } from './check/validators.ts'
import { estimateCost } from './cost/estimate.ts'
import type { Range } from './cost/range.ts'
import { formatIssues, type Issue } from './issues.ts'
import type { CelEnvironment } from './kubernetes-environment.ts'
import { PlanError } from './plan/plan-node.ts'
import { Planner } from './plan/planner.ts'
import { Program } from './program.ts'
import type { Expression } from './syntax/ast.ts'
import { parse } from './syntax/parser.ts'
import { SourceText } from './syntax/source-text.ts'

export type CompileResult =
  | { ok: true; program: Program; type: CelType; references: ReadonlySet<string>; estimateCost(): Range }
  /** `instantiation`: the expression is right, but could never run. */
  | { ok: false; error: string; instantiation: boolean }

/** Never throws. */
export function compileCel(text: string, environment: CelEnvironment): CompileResult {
  const source = new SourceText(text)
  const issues: Issue[] = []
  const failure = (): CompileResult => ({ ok: false, error: formatIssues(source, issues), instantiation: false })
  try {
    const expression = parse(source, environment.macros, issues)
    if (expression === undefined) return failure()
    const checked = check(expression, environment, issues)
    if (issues.length === 0) validate(expression, issues)
    if (issues.length > 0) return failure()
    return { ok: true, ...checked, ...plan(expression, environment) }
  } catch (error) {
    if (error instanceof PlanError) return { ok: false, error: error.message, instantiation: true }
    if (!(error instanceof TypeTooComplex)) throw error
    issues.push({ at: 0, message: error.message })
    return failure()
  }
}

function plan(expression: Expression, environment: CelEnvironment) {
  const planner = new Planner(environment.functions)
  const { run } = planner.plan(expression)
  return {
    program: new Program(run, planner.slots),
    estimateCost: () => estimateCost(expression, environment.root),
  }
}
