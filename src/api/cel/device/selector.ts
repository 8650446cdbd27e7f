/** Whether an expression may select devices. Source: k8s.io/dynamic-resource-allocation v0.34, cel/compile.go. */
import { BOOL, formatType, sameType } from '../check/types.ts'
import { compileCel } from '../compile.ts'
import { deviceEnvironment } from './environment.ts'

/** What looking at one device may cost at most. */
const MAX_COST = 1_000_000

export type SelectorProblem = { kind: 'wrong'; why: string } | { kind: 'expensive' }

/** Undefined: it may. */
export function deviceSelectorProblem(expression: string): SelectorProblem | undefined {
  const compiled = compileCel(expression, deviceEnvironment())
  if (!compiled.ok) {
    const what = compiled.instantiation ? 'program instantiation' : 'compilation'
    return { kind: 'wrong', why: `${what} failed: ${compiled.error}` }
  }
  if (!sameType(compiled.type, BOOL) && compiled.type.kind !== 'any') {
    const why = `must evaluate to bool or the unknown type, not ${formatType(compiled.type)}`
    return { kind: 'wrong', why }
  }
  return compiled.estimateCost().max > MAX_COST ? { kind: 'expensive' } : undefined
}
