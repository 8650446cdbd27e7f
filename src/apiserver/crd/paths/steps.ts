/** A parsed JSONPath: what to do with the values found so far, step by step. */

export type JsonPath = readonly Step[]

export type Step =
  | { kind: 'field'; name: string }
  | { kind: 'wildcard' }
  | { kind: 'descend' }
  | { kind: 'slice'; from: number | undefined; to: number | undefined; by: number }
  | { kind: 'filter'; filter: Filter }
  | { kind: 'union'; steps: readonly Step[] }

export interface Filter {
  left: Operand
  /** Missing: whether there is anything at the left. */
  comparison?: { operator: string; right: Operand }
}

/** A constant, or what is at a path from the element that is looked at. */
export type Operand = { value: string | number | boolean } | { path: JsonPath }
