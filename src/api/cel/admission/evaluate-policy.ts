/** What an admission policy says of a request, with one object of parameters.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/policy/validating/validator.go, plugin/cel/activation.go. */
import type { Validation } from '../../generated/types.ts'
import type { Value } from '../values/value.ts'
import { evaluateConditions } from './condition.ts'
import type { CompiledExpression, PolicyExpressions } from './policy-expressions.ts'
import { PolicyVariables } from './policy-variables.ts'
import type { AdmissionInput } from './variables.ts'

/** What all validations of a policy, and their messages, may cost. Source: k8s.io/apiserver v0.34, pkg/apis/cel. */
const BUDGET = 10_000_000
const MAX_MESSAGE_BYTES = 5 * 1024
const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run'

export interface Denial {
  /** Which of the validations; 0 when it is none of them. */
  index: number
  message: string
  /** A reason of a Status; undefined: `Invalid`. */
  reason: string | undefined
}

export interface PolicyResult {
  denials: Denial[]
  /** For the audit event. */
  annotations: { key: string; value: string }[]
  /** Annotations that could not be made. */
  annotationErrors: string[]
}

export interface PolicyInput {
  input: AdmissionInput
  /** The object of parameters; null: none. */
  params: unknown
  /** What cannot be evaluated does not count. */
  ignoreFailures: boolean
}

export function evaluatePolicy(
  policy: PolicyExpressions,
  { input, params, ignoreFailures }: PolicyInput,
): PolicyResult {
  const nothing: PolicyResult = { denials: [], annotations: [], annotationErrors: [] }
  const failed = (message: string): PolicyResult =>
    ignoreFailures ? nothing : { ...nothing, denials: [{ index: 0, message, reason: undefined }] }
  const conditions = conditionsOf(policy, input, params)
  if (conditions.matches === false) return nothing
  if (conditions.matches === 'unknown') {
    const { errors } = conditions
    return failed(errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`)
  }
  const run = new PolicyRun(policy, input, params)
  const denials = run.denials(ignoreFailures)
  if (denials === undefined) return failed(OUT_OF_BUDGET)
  const { annotations, errors } = run.annotations()
  return { denials, annotations, annotationErrors: ignoreFailures ? [] : errors }
}

function conditionsOf(policy: PolicyExpressions, input: AdmissionInput, params: unknown) {
  if (policy.conditions.length === 0) return { matches: true } as const
  // Conditions are not told of the namespace.
  const variables = new PolicyVariables(policy, { ...input, namespace: undefined }, { params, budget: BUDGET })
  return evaluateConditions(policy.conditions, variables.all)
}

type Outcome = { value: Value } | { error: string }

class PolicyRun {
  readonly #policy: PolicyExpressions
  readonly #variables: PolicyVariables
  #budget = BUDGET

  constructor(policy: PolicyExpressions, input: AdmissionInput, params: unknown) {
    this.#policy = policy
    this.#variables = new PolicyVariables(policy, input, { params, budget: BUDGET })
  }

  /** Undefined: out of budget. */
  denials(ignoreFailures: boolean): Denial[] | undefined {
    const outcomes = this.#policy.validations.map((each) => this.#outcome(each))
    if (this.#budget < 0) return undefined
    return this.#policy.validations.flatMap(({ validation, says }, index) => {
      const outcome = outcomes[index] ?? { error: '' }
      if ('error' in outcome) return ignoreFailures ? [] : [{ index, message: outcome.error, reason: undefined }]
      if (outcome.value === true) return []
      return [{ index, message: this.#message(validation, says), reason: validation.reason }]
    })
  }

  annotations(): { annotations: PolicyResult['annotations']; errors: string[] } {
    this.#budget = BUDGET
    const annotations: PolicyResult['annotations'] = []
    const errors: string[] = []
    for (const each of this.#policy.annotations) {
      const outcome = this.#outcome(each)
      if ('error' in outcome) errors.push(outcome.error)
      else if (typeof outcome.value === 'string' && outcome.value.trim() !== '') {
        annotations.push({ key: each.key, value: outcome.value.trim() })
      }
    }
    return { annotations, errors }
  }

  #outcome({ expression, program, error }: CompiledExpression): Outcome {
    if (program === undefined) return { error: `compilation error: ${error}` }
    if (this.#budget < 0) return { error: OUT_OF_BUDGET }
    const result = program.evaluate(this.#variables.all)
    this.#budget -= result.cost + this.#variables.takeCost()
    if (this.#budget < 0) return { error: OUT_OF_BUDGET }
    return result.ok
      ? { value: result.value }
      : { error: `expression '${expression}' resulted in error: ${result.error}` }
  }

  #message({ message, expression }: Validation, says: CompiledExpression | undefined): string {
    const outcome = says === undefined ? undefined : this.#outcome(says)
    const said =
      outcome !== undefined && 'value' in outcome && typeof outcome.value === 'string' ? outcome.value.trim() : ''
    if (said !== '' && Buffer.byteLength(said) <= MAX_MESSAGE_BYTES && !said.includes('\n')) return said
    return message?.trim() || `failed expression: ${expression.trim()}`
  }
}
