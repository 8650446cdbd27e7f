/** `variables.x` of an admission policy: each is computed when it is first named, and paid for by who names it.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/cel/composition.go. */
import { jsonValue } from '../declare/json-value.ts'
import type { Variables } from '../plan/frame.ts'
import { PER_CALL_LIMIT } from '../program.ts'
import { EvalError, MapValue, type Result, type Value } from '../values/value.ts'
import type { PolicyExpressions } from './policy-expressions.ts'
import { type AdmissionInput, admissionVariables } from './variables.ts'

export class PolicyVariables {
  /** Every variable there is to the policy's expressions. */
  readonly all: Variables
  #spent = 0

  /** `params`: the object; null when the policy is to go without. `budget`: what all variables may cost together. */
  constructor(
    policy: PolicyExpressions,
    input: AdmissionInput,
    { params, budget }: { params: unknown; budget: number },
  ) {
    let left = budget
    const values = new VariableValues(policy, (expression) => {
      const result = expression.evaluate(this.all, Math.max(0, Math.min(PER_CALL_LIMIT, left)))
      left -= result.cost
      this.#spent += result.cost
      return result
    })
    const parameters = jsonValue(params)
    this.all = admissionVariables(input, (name) => {
      if (name === 'variables') return values
      return name === 'params' ? parameters : undefined
    })
  }

  /** What variables have cost since this was asked before. */
  takeCost(): number {
    const cost = this.#spent
    this.#spent = 0
    return cost
  }
}

type Program = NonNullable<PolicyExpressions['variables'][number]['program']>
type Run = (program: Program) => ReturnType<Program['evaluate']>

class VariableValues extends MapValue {
  readonly #byName: ReadonlyMap<string, PolicyExpressions['variables'][number]>
  readonly #run: Run
  readonly #known = new Map<string, Result>()

  constructor({ variables }: PolicyExpressions, run: Run) {
    super()
    this.#byName = new Map(variables.map((variable) => [variable.name, variable]))
    this.#run = run
  }

  get size(): number {
    return this.#byName.size
  }

  keys(): Iterable<Value> {
    return this.#byName.keys()
  }

  find(key: Value): Result | undefined {
    if (typeof key !== 'string') return undefined
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const variable = this.#byName.get(key)
    if (variable === undefined) return undefined
    const value = this.#compute(variable)
    this.#known.set(key, value)
    return value
  }

  #compute({ name, program, error }: PolicyExpressions['variables'][number]): Result {
    const quoted = JSON.stringify(name)
    if (program === undefined) return new EvalError(`composited variable ${quoted} fails to compile: ${error}`)
    const result = this.#run(program)
    return result.ok ? result.value : new EvalError(`composited variable ${quoted} fails to evaluate: ${result.error}`)
  }
}
