/** The expressions of an admission policy, compiled: its variables (each may use those before it), conditions,
 *  validations with their messages, and audit annotations. Source: k8s.io/apiserver v0.34, pkg/admission/plugin/cel
 *  (compile.go, composition.go) and plugin/policy/validating/plugin.go. */
import type { ValidatingAdmissionPolicySpec, Validation } from '../../generated/types.ts'
import { BOOL, type CelType, DYN, NULL, sameType, STRING } from '../check/types.ts'
import { compileCel } from '../compile.ts'
import { type Declaration, objectDeclaration, simple } from '../declare/declaration.ts'
import type { CelEnvironment } from '../kubernetes-environment.ts'
import type { Program } from '../program.ts'
import { type CompiledCondition, compileCondition } from './condition.ts'
import { admissionEnvironment } from './environment.ts'

export interface CompiledExpression {
  expression: string
  program: Program | undefined
  /** What is wrong with it; undefined: nothing. */
  error: string | undefined
}

export interface CompiledValidation extends CompiledExpression {
  validation: Validation
  /** What it says, if an expression makes that. */
  says: CompiledExpression | undefined
}

export interface PolicyExpressions {
  variables: readonly (CompiledExpression & { name: string })[]
  conditions: readonly CompiledCondition[]
  validations: readonly CompiledValidation[]
  annotations: readonly (CompiledExpression & { key: string })[]
}

/** The environments of a policy's expressions. Variables become known one after the other. */
export class PolicyEnvironment {
  readonly asking: CelEnvironment
  /** Of messages, which may not ask the authorizer. */
  readonly telling: CelEnvironment
  readonly #fields = new Map<string, Declaration>()

  /** `declared`: what is known of the request's objects, and of the parameters if there are any. Without variables, not
   *  even their name is known. */
  constructor(declared: Readonly<Record<string, Declaration>>, { hasVariables }: { hasVariables: boolean }) {
    const variables = objectDeclaration('kubernetes.variables', this.#fields)
    const more = { ...declared, ...(hasVariables && { variables }) }
    this.asking = admissionEnvironment(more)
    this.telling = admissionEnvironment(more, { authorizer: false })
  }

  /** Undefined: of any type. */
  add(name: string, type: CelType = DYN): void {
    this.#fields.set(name, simple(type))
  }
}

export function compilePolicy(spec: ValidatingAdmissionPolicySpec): PolicyExpressions {
  const wanted = spec.variables ?? []
  const environment = new PolicyEnvironment(spec.paramKind === undefined ? {} : { params: simple(DYN) }, {
    hasVariables: wanted.length > 0,
  })
  const variables = wanted.map(({ name, expression }) => {
    const { type, ...compiled } = compileExpression(expression, environment.asking)
    environment.add(name, type)
    return { name, ...compiled }
  })
  return {
    variables,
    conditions: (spec.matchConditions ?? []).map((condition) => compileCondition(condition, environment.asking)),
    validations: (spec.validations ?? []).map((validation) => ({
      validation,
      ...compileExpression(validation.expression, environment.asking, [BOOL]),
      says: validation.messageExpression
        ? compileExpression(validation.messageExpression, environment.telling, [STRING])
        : undefined,
    })),
    annotations: (spec.auditAnnotations ?? []).map(({ key, valueExpression }) => {
      return { key, ...compileExpression(valueExpression, environment.asking, [STRING, NULL]) }
    }),
  }
}

/** `types`: what it may evaluate to; missing: anything. An expression that was left out is an empty one. */
function compileExpression(
  expression: string | undefined = '',
  environment: CelEnvironment,
  types?: readonly CelType[],
): CompiledExpression & { type: CelType } {
  const failed = (error: string) => ({ expression, program: undefined, error, type: DYN })
  const compiled = compileCel(expression, environment)
  if (!compiled.ok) {
    return failed(`${compiled.instantiation ? 'program instantiation' : 'compilation'} failed: ${compiled.error}`)
  }
  const { program, type } = compiled
  if (types !== undefined && !types.some((one) => sameType(one, type))) {
    const names = types.map(nameOf)
    const expected = names.length === 1 ? names[0] : `one of [${names.join(' ')}]`
    return failed(`must evaluate to ${expected} but got ${nameOf(type)}`)
  }
  return { expression, program, error: undefined, type }
}

/** A type by its name at run time, with its parameters. */
function nameOf({ name, params }: CelType): string {
  return params.length === 0 ? name : `${name}(${params.map(nameOf).join(', ')})`
}
