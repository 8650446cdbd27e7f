/** What a macro is: calls of a name and arity that become other expressions as they are read. */
import type { Comprehension, Expression, Literal } from '../ast.ts'
import { ACCUMULATOR, OPERATOR } from '../ast.ts'
import type { NodeBudget } from '../node-budget.ts'

export interface MacroCall {
  /** The place of everything the macro makes. */
  at: number
  target: Expression | undefined
  args: Expression[]
  nodes: NodeBudget
}

export type Macro = (call: MacroCall) => Expression

export class MacroError extends Error {
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

/** Makes the nodes of one macro's expansion. */
export class Maker {
  readonly #at: number
  readonly #nodes: NodeBudget

  constructor({ at, nodes }: MacroCall) {
    this.#at = at
    this.#nodes = nodes
  }

  literal(value: Literal['value']): Expression {
    return this.#nodes.add({ kind: 'literal', value, at: this.#at })
  }
  name(name: string): Expression {
    return this.#nodes.add({ kind: 'identifier', name, at: this.#at })
  }
  accumulator(): Expression {
    return this.name(ACCUMULATOR)
  }
  list(...elements: Expression[]): Expression {
    return this.#nodes.add({ kind: 'list', elements, optional: new Set(), at: this.#at })
  }
  map(): Expression {
    return this.#nodes.add({ kind: 'map', entries: [], at: this.#at })
  }
  call(name: string, ...args: Expression[]): Expression {
    return this.#nodes.add({ kind: 'call', name, arguments: args, at: this.#at })
  }
  method(name: string, target: Expression): Expression {
    return this.#nodes.add({ kind: 'call', name, target, arguments: [], at: this.#at })
  }
  has(operand: Expression, field: string): Expression {
    return this.#nodes.add({ kind: 'select', operand, field, test: true, at: this.#at })
  }
  /** `filter ? step : accumulator`, or the step alone. */
  unless(filter: Expression | undefined, step: Expression): Expression {
    return filter === undefined ? step : this.call(OPERATOR.conditional, filter, step, this.accumulator())
  }
  fold(parts: Omit<Comprehension, 'kind' | 'at' | 'accuVar'> & { accuVar?: string }): Expression {
    return this.#nodes.add({ kind: 'comprehension', accuVar: ACCUMULATOR, at: this.#at, ...parts })
  }
}

/** Never undefined for a macro that is registered as a method. */
export function targetOf({ target, at }: MacroCall): Expression {
  if (target === undefined) throw new MacroError('macro needs a target', at)
  return target
}

export function argument(call: MacroCall, index: number): Expression {
  const found = call.args[index]
  if (found === undefined) throw new MacroError('macro needs an argument', call.at)
  return found
}

export function variableName(expression: Expression, message: string): string {
  if (expression.kind !== 'identifier') throw new MacroError(message, expression.at)
  if (expression.name === ACCUMULATOR || expression.name === '__result__') {
    throw new MacroError('iteration variable overwrites accumulator variable', expression.at)
  }
  return expression.name
}
