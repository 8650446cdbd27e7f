/** A string or bytes token into what it stands for. Source: cel-go v0.26, parser/unescape.go. */

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const ESCAPE = /\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))/g

export class BadEscape extends Error {}

export function unescapeString(token: string): string {
  const { body, raw } = strip(token)
  if (raw || !body.includes('\\')) return body
  return body.replace(ESCAPE, (...groups: unknown[]) => {
    const point = codePoint(groups)
    if (point === undefined) return simple(groups[5])
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw new BadEscape('invalid unicode code point')
    return String.fromCodePoint(point)
  })
}

/** In bytes, \x and octal escapes are bytes; characters are their UTF-8. */
export function unescapeBytes(token: string): Uint8Array {
  const { body, raw } = strip(token.slice(1))
  if (raw || !body.includes('\\')) return Buffer.from(body)
  const parts: Uint8Array[] = []
  let last = 0
  for (const match of body.matchAll(ESCAPE)) {
    parts.push(Buffer.from(body.slice(last, match.index)))
    last = match.index + match[0].length
    if (match[2] !== undefined || match[3] !== undefined) throw new BadEscape('unable to unescape string')
    const byte = codePoint(match)
    parts.push(byte === undefined ? Buffer.from(simple(match[5])) : Buffer.from([byte]))
  }
  return Buffer.concat([...parts, Buffer.from(body.slice(last))])
}

function strip(token: string): { body: string; raw: boolean } {
  const normal = token.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
  const raw = normal.startsWith('r') || normal.startsWith('R')
  const quoted = raw ? normal.slice(1) : normal
  const long = quoted.length >= 6 && (quoted.startsWith('"""') || quoted.startsWith("'''"))
  return { body: long ? quoted.slice(3, -3) : quoted.slice(1, -1), raw }
}

function codePoint(groups: readonly unknown[]): number | undefined {
  for (const index of [1, 2, 3]) {
    const hex = groups[index]
    if (typeof hex === 'string') return Number.parseInt(hex, 16)
  }
  return typeof groups[4] === 'string' ? Number.parseInt(groups[4], 8) : undefined
}

const simple = (character: unknown): string => (typeof character === 'string' ? (SIMPLE[character] ?? character) : '')
