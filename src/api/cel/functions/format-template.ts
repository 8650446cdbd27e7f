/** Reads the templates of `string.format`: text with clauses such as `%s`, `%d`, `%.2f`.
 *  Source: cel-go v0.26, ext/formatting.go. */

export type ClauseKind = 's' | 'd' | 'f' | 'e' | 'b' | 'x' | 'X' | 'o'

export interface Clause {
  kind: ClauseKind
  /** Digits behind the point. */
  precision: number | undefined
  /** Which argument it shows. */
  index: number
}

export type Template = (string | Clause)[]

export class BadTemplate extends Error {}

const KINDS = 'sdfebxXo'

/** Throws BadTemplate; also where there are more clauses than `count` arguments. */
export function readTemplate(text: string, count: number): Template {
  const parts: Template = []
  let index = 0
  let at = 0
  while (at < text.length) {
    const mark = text.indexOf('%', at)
    if (mark === -1) {
      parts.push(text.slice(at))
      break
    }
    parts.push(text.slice(at, mark))
    if (text[mark + 1] === '%') {
      parts.push('%')
      at = mark + 2
      continue
    }
    if (index >= count) throw new BadTemplate(`index ${index} out of range`)
    const clause = readClause(text, mark + 1)
    parts.push({ ...clause, index: index++ })
    at = clause.end
  }
  return parts
}

function readClause(text: string, from: number): Omit<Clause, 'index'> & { end: number } {
  if (from >= text.length) throw new BadTemplate('unexpected end of string')
  let at = from
  let precision: number | undefined
  if (text[at] === '.') {
    const digits = /^[0-9]*/.exec(text.slice(at + 1, at + 20))?.[0] ?? ''
    at += 1 + digits.length
    const prefix = 'could not parse formatting clause: error while parsing precision: '
    if (at >= text.length) throw new BadTemplate(`${prefix}could not find end of precision specifier`)
    precision = Number(digits)
    if (digits === '' || precision > 100_000) {
      const reason = digits === '' ? 'invalid syntax' : 'value out of range'
      throw new BadTemplate(
        `${prefix}error while converting precision to integer: strconv.Atoi: parsing "${digits}": ${reason}`,
      )
    }
  }
  const kind = text[at] ?? ''
  if (!KINDS.includes(kind)) {
    throw new BadTemplate(`could not parse formatting clause: unrecognized formatting clause "${kind}"`)
  }
  return { kind: kind as ClauseKind, precision, end: at + 1 }
}

/** What a clause says of an argument that it cannot show. */
export function clauseProblem(kind: ClauseKind, typeName: string): string {
  return `${CLAUSE_WORDS[kind]}, was given ${typeName}`
}

const HEX = 'only integers, byte buffers, and strings can be formatted as hex'
const CLAUSE_WORDS: Readonly<Record<ClauseKind, string>> = {
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  d: 'decimal clause can only be used on integers',
  f: 'fixed-point clause can only be used on doubles',
  e: 'scientific clause can only be used on doubles',
  b: 'only integers and bools can be formatted as binary',
  x: HEX,
  X: HEX,
  o: 'octal clause can only be used on integers',
}
