/** A call as estimates look at it. */
import type { CelType } from '../check/types.ts'
import type { Expression } from '../syntax/ast.ts'
import { type Range, UNKNOWN } from './range.ts'

export interface SizedNode {
  node: Expression | undefined
  type: CelType | undefined
  /** Where it is in the declared variables; empty: nowhere. */
  path: readonly string[]
  size: Range | undefined
}

export interface CallShape {
  name: string
  overload: string
  target: SizedNode | undefined
  args: readonly SizedNode[]
  /** What the arguments cost. */
  costs: readonly Range[]
}

export interface Sizes {
  ofPath(path: readonly string[]): Range | undefined
}

export interface Estimate {
  cost: Range
  /** Only of what has a size: strings, bytes, lists, maps. */
  size?: Range | undefined
}

export const STRING_FACTOR = 0.1
export const REGEX_FACTOR = 0.25

export const sizeIn = (node: SizedNode | undefined, sizes: Sizes): Range =>
  node?.size ?? (node === undefined ? undefined : sizes.ofPath(node.path)) ?? UNKNOWN
