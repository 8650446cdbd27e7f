/** A part of an expression, ready to run. */
import type { Expression } from '../syntax/ast.ts'
import type { Result, Value } from '../values/value.ts'
import type { Frame } from './frame.ts'

export type Step = (frame: Frame) => Result

export interface PlanNode {
  run: Step
  /** Of names and what is selected from them: the value without the cost of looking at it. */
  resolve?: Step
  /** Known without running. */
  constant?: { value: Value }
}

/** What planning a part may ask of the planner. */
export interface PlanContext {
  plan(node: Expression): PlanNode
  /** Makes places for variables that only what is planned `within` may name. */
  scoped<T>(names: readonly string[], within: (slots: readonly number[]) => T): T
}

/** Thrown when an expression can never be run: `int('x')`. */
export class PlanError extends Error {}

export const constantNode = (value: Value): PlanNode => ({ run: () => value, constant: { value } })

/** A name or selection: looking at it costs one more than finding it. */
export function attributeNode(resolve: Step): PlanNode {
  return {
    resolve,
    run: (frame) => {
      frame.charge(1)
      return resolve(frame)
    },
  }
}
