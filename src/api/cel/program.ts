/** A compiled expression. It can be run any number of times. */
import type { Pattern } from '../regexp/index.ts'
import { BudgetExceeded, Frame, type Variables } from './plan/frame.ts'
import type { Step } from './plan/plan-node.ts'
import type { EvalError, Value } from './values/value.ts'
import { isError } from './values/value.ts'

/** What one run may cost. Source: k8s.io/apiserver v0.34, pkg/apis/cel/config.go. */
export const PER_CALL_LIMIT = 1_000_000

export type Evaluation =
  | { ok: true; value: Value; cost: number }
  | { ok: false; error: string; reason: 'error' | 'budget'; cost: number }

export class Program {
  readonly #run: Step
  readonly #slots: number
  readonly #patterns = new Map<string, Pattern | EvalError>()

  constructor(run: Step, slots: number) {
    this.#run = run
    this.#slots = slots
  }

  /** Never throws; ends when `limit` is reached. */
  evaluate(variables: Variables, limit: number = PER_CALL_LIMIT): Evaluation {
    const frame = new Frame({ variables, limit, slots: this.#slots, patterns: this.#patterns })
    try {
      const value = this.#run(frame)
      if (isError(value)) return { ok: false, error: value.message, reason: 'error', cost: frame.cost }
      return { ok: true, value, cost: frame.cost }
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error
      return { ok: false, error: error.message, reason: 'budget', cost: frame.cost }
    }
  }
}
