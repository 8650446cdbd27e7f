/** Counts the nodes of a tree: macros that copy their target can double it at each step. */
import type { Expression } from './ast.ts'

export class SyntaxFailure extends Error {
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

const MAX_NODES = 200_000
const MAX_COPIES = 20_000

export class NodeBudget {
  #count = 0
  #copies = 0

  add<T extends Expression>(node: T): T {
    if (++this.#count > MAX_NODES) throw new SyntaxFailure('expression is too large', -1)
    return node
  }

  addCopy<T extends Expression>(node: T): T {
    if (++this.#copies > MAX_COPIES) throw new SyntaxFailure('expression is too large', -1)
    return this.add(node)
  }
}
