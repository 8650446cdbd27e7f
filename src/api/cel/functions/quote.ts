/** Strings as literals. */

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

/** As a literal of CEL. */
export const quote = (text: string): string => {
  const escaped = text.replace(/[\p{Cc}\\"]/gu, (character) => ESCAPES[character] ?? character)
  return `"${escaped}"`
}

/** As Go's %q. */
export function goQuote(text: string): string {
  const escaped = text.replace(/[\p{Cc}\\"]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(2, '0')
    return ESCAPES[character] ?? `\\x${code}`
  })
  return `"${escaped}"`
}
