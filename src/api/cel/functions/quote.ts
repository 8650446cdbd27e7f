/** Strings as literals of CEL. */

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
}

export const quote = (text: string): string => {
  const escaped = text.replace(/[\p{Cc}\\"]/gu, (character) => ESCAPES[character] ?? character)
  return `"${escaped}"`
}
