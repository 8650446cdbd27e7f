/** An expression again, so that the checker can write different things onto the two. */
import type { Expression } from '../ast.ts'
import type { NodeBudget } from '../node-budget.ts'

export function copyExpression(expression: Expression, nodes: NodeBudget): Expression {
  const copy = (part: Expression) => copyExpression(part, nodes)
  const node = nodes.addCopy({ ...expression })
  switch (node.kind) {
    case 'select':
      node.operand = copy(node.operand)
      break
    case 'call':
      node.arguments = node.arguments.map(copy)
      if (node.target !== undefined) node.target = copy(node.target)
      break
    case 'list':
      node.elements = node.elements.map(copy)
      break
    case 'map':
      node.entries = node.entries.map((entry) => ({ ...entry, key: copy(entry.key), value: copy(entry.value) }))
      break
    case 'struct':
      node.fields = node.fields.map((field) => ({ ...field, value: copy(field.value) }))
      break
    case 'comprehension':
      node.range = copy(node.range)
      node.init = copy(node.init)
      node.condition = copy(node.condition)
      node.step = copy(node.step)
      node.result = copy(node.result)
      break
    default:
  }
  return node
}
