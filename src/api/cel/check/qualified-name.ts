/** `a.b.c` as one name, where an expression is nothing but names and dots. */
import type { Expression } from '../syntax/ast.ts'

export function qualifiedName(node: Expression): string | undefined {
  if (node.kind === 'identifier') return node.name
  if (node.kind !== 'select' || node.test) return undefined
  const prefix = qualifiedName(node.operand)
  return prefix === undefined ? undefined : `${prefix}.${node.field}`
}
