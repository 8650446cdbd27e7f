/** `&&`, `||`, `!`, `? :` and optionals' `or`: what does not always look at all its parts. An error of one side of `&&`
 *  or `||` does not count when the other side decides. Source: cel-go v0.26, interpreter/interpretable.go. */
import { EvalError, isError, noSuchOverload, Optional, type Result } from '../values/value.ts'
import type { PlanNode } from './plan-node.ts'

export function planLogical(left: PlanNode, right: PlanNode, decisive: boolean): PlanNode {
  return {
    run: (frame) => {
      const first = left.run(frame)
      if (first === decisive) return decisive
      const second = right.run(frame)
      if (second === decisive) return decisive
      return failureOf(first) ?? failureOf(second) ?? !decisive
    },
  }
}

function failureOf(result: Result): EvalError | undefined {
  if (typeof result === 'boolean') return undefined
  return isError(result) ? result : noSuchOverload()
}

export function planNot(operand: PlanNode): PlanNode {
  return {
    run: (frame) => {
      const value = operand.run(frame)
      frame.charge(1)
      if (isError(value)) return value
      return typeof value === 'boolean' ? !value : noSuchOverload()
    },
  }
}

/** Whether to go on with a fold: errors may yet be outweighed. */
export function planNotStrictlyFalse(operand: PlanNode): PlanNode {
  return {
    run: (frame) => {
      const value = operand.run(frame)
      frame.charge(1)
      return value !== false
    },
  }
}

export function planConditional(condition: PlanNode, yes: PlanNode, no: PlanNode): PlanNode {
  const whenTrue = yes.resolve ?? yes.run
  const whenFalse = no.resolve ?? no.run
  const run: PlanNode['run'] = (frame) => {
    const value = condition.run(frame)
    if (value === true) return whenTrue(frame)
    if (value === false) return whenFalse(frame)
    return isError(value) ? value : noSuchOverload()
  }
  return { run, resolve: run }
}

export function planOptionalOr(optional: PlanNode, other: PlanNode, name: 'or' | 'orValue'): PlanNode {
  return {
    run: (frame) => {
      const value = optional.run(frame)
      if (!(value instanceof Optional)) return isError(value) ? value : new EvalError(`no such overload: ${name}`)
      if (value.value === undefined) return other.run(frame)
      return name === 'or' ? value : value.value
    },
  }
}
