/** The words in which a specification is written down as data: what JSON Schema says, for what Score uses of it. */

export interface TextShape {
  kind: 'text'
  pattern?: RegExp
  /** Of what matches the pattern, or is of the length, for people. */
  expected?: string
  choices?: readonly string[]
  least?: number
  most?: number
}

export interface RecordShape {
  kind: 'record'
  fields: Readonly<Record<string, Shape>>
  required: readonly string[]
  /** Whether it may have others. */
  isOpen: boolean
  /** Fields of which it has one and no more. */
  oneOf: readonly string[]
}

export type Shape =
  | TextShape
  | RecordShape
  | { kind: 'integer'; least: number; most: number }
  | { kind: 'flag' }
  | { kind: 'any' }
  | { kind: 'list'; items: Shape }
  | { kind: 'map'; names: TextShape; values: Shape; isFilled: boolean }
  /** Two ways to write the same. */
  | { kind: 'list or map'; list: Shape; map: Shape }

export const text = (rules: Omit<TextShape, 'kind'> = {}): TextShape => ({ kind: 'text', ...rules })
export const integer = (least: number, most: number): Shape => ({ kind: 'integer', least, most })
export const flag: Shape = { kind: 'flag' }
export const any: Shape = { kind: 'any' }
export const list = (items: Shape): Shape => ({ kind: 'list', items })
export const map = (names: TextShape, values: Shape, isFilled = false): Shape => ({
  kind: 'map',
  names,
  values,
  isFilled,
})

/** A name that ends in `!` has to be there. */
export function record(
  fields: Readonly<Record<string, Shape>>,
  { isOpen = false, oneOf = [] }: Partial<Pick<RecordShape, 'isOpen' | 'oneOf'>> = {},
): RecordShape {
  const names = Object.entries(fields).map(([name, shape]) => [name.replace('!', ''), shape] as const)
  const required = Object.keys(fields).filter((name) => name.endsWith('!'))
  return {
    kind: 'record',
    fields: Object.fromEntries(names),
    required: required.map((name) => name.slice(0, -1)),
    isOpen,
    oneOf,
  }
}
