/** A text as Go's `%q` prints it: between quotes, what cannot be seen escaped. Source: Go, strconv.Quote. */

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
}

/** Everything that is neither a letter, a mark, a number, punctuation, a symbol nor an ASCII space. */
const ESCAPED = /["\\]|(?! )[\p{C}\p{Z}]/gu

export const goQuote = (text: string): string => `"${text.replaceAll(ESCAPED, escaped)}"`

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (ESCAPES[character] !== undefined) return ESCAPES[character]
  if (code < 0x80) return String.raw`\x${hex.padStart(2, '0')}`
  return code > 0xffff ? String.raw`\U${hex.padStart(8, '0')}` : String.raw`\u${hex.padStart(4, '0')}`
}
