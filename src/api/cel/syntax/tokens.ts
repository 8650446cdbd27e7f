/** The words of the language, named as its syntax errors name them. Source: cel-go v0.26, parser/gen/CEL.g4. */

export type TokenKind =
  | 'int'
  | 'uint'
  | 'float'
  | 'string'
  | 'bytes'
  | 'identifier'
  | 'escaped'
  | 'end'
  | 'true'
  | 'false'
  | 'null'
  | 'in'
  | Punctuation

export type Punctuation = (typeof PUNCTUATION)[number]

/** Longest first. */
export const PUNCTUATION = [
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '<',
  '>',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '.',
  ',',
  '-',
  '!',
  '?',
  ':',
  '+',
  '*',
  '/',
  '%',
] as const

export interface Token {
  kind: TokenKind
  text: string
  /** Offset in code points. */
  at: number
}

/** What an expression may start with, in the order error messages list it. */
const STARTS = "'[', '{', '(', '.', '-', '!', 'true', 'false', 'null'"
const LITERALS = 'NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER'

export const EXPECTED = {
  expression: `{${STARTS}, ${LITERALS}}`,
  argument: `{'[', '{', '(', ')', '.', '-', '!', 'true', 'false', 'null', ${LITERALS}}`,
  index: `{'[', '{', '(', '.', '-', '!', '?', 'true', 'false', 'null', ${LITERALS}}`,
  element: `{'[', ']', '{', '(', '.', ',', '-', '!', '?', 'true', 'false', 'null', ${LITERALS}}`,
  entry: `{'[', '{', '}', '(', '.', ',', '-', '!', '?', 'true', 'false', 'null', ${LITERALS}}`,
  field: "{'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}",
  listEnd: "{']', ','}",
  mapEnd: "{'}', ','}",
  end: '<EOF>',
  name: 'IDENTIFIER',
} as const

const FIRST: ReadonlySet<TokenKind> = new Set<TokenKind>([
  '[',
  '{',
  '(',
  '.',
  '-',
  '!',
  'true',
  'false',
  'null',
  'float',
  'int',
  'uint',
  'string',
  'bytes',
  'identifier',
])

export const startsExpression = (token: Token): boolean => FIRST.has(token.kind)

/** Names that no variable can have. */
export const RESERVED: ReadonlySet<string> = new Set([
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'package',
  'namespace',
  'return',
  'var',
  'void',
  'while',
])

/** A token as an error message shows it. */
export function describe(token: Token): string {
  return `'${token.kind === 'end' ? '<EOF>' : escapeText(token.text)}'`
}

export function escapeText(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')
}
