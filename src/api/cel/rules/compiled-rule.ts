/** One rule of a schema (`x-kubernetes-validations`), compiled. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/schema/cel/compilation.go. */
import type { ValidationRule } from '../../generated/types.ts'
import { BOOL, optionalOf, sameType, STRING } from '../check/types.ts'
import { compileCel } from '../compile.ts'
import { type Declaration, simple } from '../declare/declaration.ts'
import { type CelEnvironment, kubernetesEnvironment } from '../kubernetes-environment.ts'
import type { Program } from '../program.ts'

export interface CompiledRule {
  rule: ValidationRule
  /** Undefined when the rule has an error, or no text. */
  program: Program | undefined
  error: string | undefined
  /** What a run may cost at most. */
  maxCost: number
  /** A rule of a change: it is only asked when there is something to compare with. */
  usesOldSelf: boolean
  message: CompiledMessage | undefined
}

export interface CompiledMessage {
  program: Program | undefined
  error: string | undefined
  maxCost: number
}

/** Compiles rules about a value that is declared so. What they may speak of is worked out once for all of them: it is as
 *  large as the schema. */
export function ruleCompiler(self: Declaration): (rule: ValidationRule) => CompiledRule {
  const made = new Map<boolean, CelEnvironment>()
  const environmentOf = (optionalOldSelf: boolean): CelEnvironment => {
    const environment = made.get(optionalOldSelf) ?? ruleEnvironment(self, optionalOldSelf)
    made.set(optionalOldSelf, environment)
    return environment
  }
  return (rule) => compileRule(rule, () => environmentOf(rule.optionalOldSelf === true))
}

function compileRule(rule: ValidationRule, environmentOf: () => CelEnvironment): CompiledRule {
  const nothing = { rule, program: undefined, error: undefined, maxCost: 0, usesOldSelf: false, message: undefined }
  if (rule.rule.trim() === '') return nothing
  const environment = environmentOf()
  const compiled = compileCel(rule.rule, environment)
  if (!compiled.ok)
    return {
      ...nothing,
      error: `${compiled.instantiation ? 'program instantiation' : 'compilation'} failed: ${compiled.error}`,
    }
  if (!sameType(compiled.type, BOOL)) return { ...nothing, error: 'cel expression must evaluate to a bool' }
  return {
    rule,
    program: compiled.program,
    error: undefined,
    maxCost: compiled.estimateCost().max,
    usesOldSelf: compiled.references.has('oldSelf'),
    message: rule.messageExpression ? compileMessage(rule.messageExpression, environment) : undefined,
  }
}

function compileMessage(expression: string, environment: CelEnvironment): CompiledMessage {
  const failed = (error: string): CompiledMessage => ({ program: undefined, error, maxCost: 0 })
  const compiled = compileCel(expression, environment)
  if (!compiled.ok) {
    return failed(
      `messageExpression ${compiled.instantiation ? 'instantiation' : 'compilation'} failed: ${compiled.error}`,
    )
  }
  if (!sameType(compiled.type, STRING)) return failed('messageExpression must evaluate to a string')
  return { program: compiled.program, error: undefined, maxCost: compiled.estimateCost().max }
}

function ruleEnvironment(self: Declaration, optionalOldSelf: boolean): CelEnvironment {
  return kubernetesEnvironment({ self, oldSelf: optionalOldSelf ? simple(optionalOf(self.type)) : self })
}
