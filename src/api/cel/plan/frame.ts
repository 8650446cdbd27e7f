/** One evaluation: its variables, and what it has cost so far. */
import type { CallContext } from '../check/call-context.ts'
import { compilePattern, type Pattern } from '../../regexp/index.ts'
import { EvalError, type Meter, type Result } from '../values/value.ts'

/** A variable's value by its name; undefined: there is none. */
export type Variables = (name: string) => Result | undefined

/** Thrown when an evaluation is to end because of what it costs. */
export class BudgetExceeded extends Error {}

/** What the language's costs do not count (copying lists, comparing in depth) is bounded by this many steps. */
const MAX_WORK = 5_000_000

export class Frame implements Meter, CallContext {
  readonly meter: Meter = this
  readonly slots: Result[]
  readonly #variables: Variables
  readonly #limit: number
  readonly #patterns: Map<string, Pattern | EvalError>
  cost = 0
  #work = 0

  constructor(options: {
    variables: Variables
    limit: number
    slots: number
    patterns: Map<string, Pattern | EvalError>
  }) {
    this.#variables = options.variables
    this.#limit = options.limit
    this.#patterns = options.patterns
    this.slots = Array.from({ length: options.slots }, () => null)
  }

  charge(cost: number): void {
    this.cost += cost
    if (this.cost > this.#limit) throw new BudgetExceeded('operation cancelled: actual cost limit exceeded')
  }

  work(steps: number): void {
    this.#work += steps
    if (this.#work > MAX_WORK) throw new BudgetExceeded('operation cancelled: actual cost limit exceeded')
  }

  variable(name: string): Result {
    const value = this.#variables(name)
    return value === undefined ? new EvalError(`no such attribute(s): ${name}`) : value
  }

  pattern(source: string): Pattern | EvalError {
    const known = this.#patterns.get(source)
    if (known !== undefined) return known
    // Compiling is work too, and patterns made of data can differ each time.
    this.work(100 + source.length * 10)
    const compiled = compilePattern(source)
    const pattern = compiled.ok ? compiled.pattern : new EvalError(compiled.error)
    if (compiled.ok) this.work(compiled.pattern.size * 20)
    if (this.#patterns.size < MAX_PATTERNS) this.#patterns.set(source, pattern)
    return pattern
  }
}

const MAX_PATTERNS = 100
