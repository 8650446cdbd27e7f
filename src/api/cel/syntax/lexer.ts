/** Text into tokens, in one pass over it. What is no token is an issue, and reading goes on behind it.
 *  Source: cel-go v0.26, parser/gen/CEL.g4. */
import type { Issue } from '../issues.ts'
import type { SourceText } from './source-text.ts'
import type { Token, TokenKind } from './tokens.ts'
import { PUNCTUATION } from './tokens.ts'

export function readTokens(source: SourceText, issues: Issue[]): Token[] {
  return new Lexer(source.characters, issues).run()
}

const SPACE = new Set([' ', '\t', '\r', '\n', '\f'])
const SIMPLE_ESCAPES = new Set('abfnrtv"\'\\?`')
const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in'])

const isDigit = (character: string | undefined): boolean =>
  character !== undefined && character >= '0' && character <= '9' && character.length === 1
const isHex = (character: string | undefined): boolean => character !== undefined && /^[0-9a-fA-F]$/.test(character)
const isNameStart = (character: string | undefined): boolean => character !== undefined && /^[A-Za-z_]$/.test(character)
const isNamePart = (character: string | undefined): boolean => isNameStart(character) || isDigit(character)

class Lexer {
  readonly #text: readonly string[]
  readonly #issues: Issue[]
  readonly #tokens: Token[] = []
  #at = 0

  constructor(text: readonly string[], issues: Issue[]) {
    this.#text = text
    this.#issues = issues
  }

  run(): Token[] {
    while (this.#at < this.#text.length) this.#next()
    this.#tokens.push({ kind: 'end', text: '', at: this.#text.length })
    return this.#tokens
  }

  #peek(ahead = 0): string | undefined {
    return this.#text[this.#at + ahead]
  }

  #next(): void {
    const character = this.#peek() ?? ''
    if (SPACE.has(character)) {
      this.#at++
    } else if (character === '/' && this.#peek(1) === '/') {
      while (this.#at < this.#text.length && this.#peek() !== '\n') this.#at++
    } else if (isDigit(character) || (character === '.' && isDigit(this.#peek(1)))) {
      this.#number()
    } else if (!this.#string(character) && !this.#word(character)) {
      this.#punctuation(character)
    }
  }

  #emit(kind: TokenKind, length: number): void {
    this.#tokens.push({ kind, text: this.#text.slice(this.#at, this.#at + length).join(''), at: this.#at })
    this.#at += length
  }

  /** `length` counts from the token's start; the character that ended it is part of what is complained about. */
  #fail(length: number): void {
    const text = this.#text.slice(this.#at, this.#at + length).join('')
    this.#issues.push({ at: this.#at, message: `Syntax error: token recognition error at: '${text}'` })
    this.#at += length
  }

  #digits(from: number): number {
    let end = from
    while (isDigit(this.#peek(end))) end++
    return end
  }

  #number(): void {
    if (this.#peek() === '0' && this.#peek(1) === 'x' && isHex(this.#peek(2))) {
      let end = 2
      while (isHex(this.#peek(end))) end++
      this.#integer(end)
      return
    }
    let end = this.#digits(0)
    let float = false
    if (this.#peek(end) === '.' && isDigit(this.#peek(end + 1))) {
      end = this.#digits(end + 1)
      float = true
    }
    const exponent = this.#exponent(end)
    if (float || exponent > end) this.#emit('float', exponent)
    else this.#integer(end)
  }

  #integer(end: number): void {
    if (this.#peek(end) === 'u' || this.#peek(end) === 'U') this.#emit('uint', end + 1)
    else this.#emit('int', end)
  }

  #exponent(from: number): number {
    if (this.#peek(from) !== 'e' && this.#peek(from) !== 'E') return from
    const sign = this.#peek(from + 1) === '+' || this.#peek(from + 1) === '-' ? 2 : 1
    const end = this.#digits(from + sign)
    return end > from + sign ? end : from
  }

  #word(character: string): boolean {
    if (character === '`') return this.#escapedName()
    if (!isNameStart(character)) return false
    let end = 1
    while (isNamePart(this.#peek(end))) end++
    const text = this.#text.slice(this.#at, this.#at + end).join('')
    this.#emit(KEYWORDS.has(text) ? (text as TokenKind) : 'identifier', end)
    return true
  }

  #escapedName(): boolean {
    let end = 1
    while (/^[A-Za-z0-9_.\-/ ]$/.test(this.#peek(end) ?? '')) end++
    if (end > 1 && this.#peek(end) === '`') this.#emit('escaped', end + 1)
    else this.#fail(Math.min(end + 1, this.#text.length - this.#at))
    return true
  }

  #punctuation(character: string): void {
    const pair = character + (this.#peek(1) ?? '')
    const found = PUNCTUATION.find((mark) => mark === pair) ?? PUNCTUATION.find((mark) => mark === character)
    if (found !== undefined) this.#emit(found, found.length)
    else this.#fail(['&', '|', '='].includes(character) && this.#peek(1) !== undefined ? 2 : 1)
  }

  /** A string or bytes, raw or not, if one starts here. */
  #string(character: string): boolean {
    let prefix = 0
    const bytes = character === 'b' || character === 'B'
    if (bytes) prefix++
    const raw = this.#peek(prefix) === 'r' || this.#peek(prefix) === 'R'
    if (raw) prefix++
    const quote = this.#peek(prefix)
    if (quote !== '"' && quote !== "'") return false
    const { end, closed } = this.#stringEnd(prefix, quote, raw)
    if (closed) this.#emit(bytes ? 'bytes' : 'string', end)
    else if (prefix > 0) return false
    else this.#fail(end)
    return true
  }

  #stringEnd(start: number, quote: string, raw: boolean): { end: number; closed: boolean } {
    if (this.#peek(start + 1) === quote && this.#peek(start + 2) === quote) {
      const long = this.#scan(start + 3, quote, { raw, long: true })
      return long.closed ? long : { end: start + 2, closed: true }
    }
    return this.#scan(start + 1, quote, { raw, long: false })
  }

  #scan(from: number, quote: string, { raw, long }: { raw: boolean; long: boolean }): { end: number; closed: boolean } {
    let end = from
    for (;;) {
      const character = this.#peek(end)
      if (character === undefined) return { end, closed: false }
      if (character === quote && (!long || (this.#peek(end + 1) === quote && this.#peek(end + 2) === quote))) {
        return { end: end + (long ? 3 : 1), closed: true }
      }
      if (!long && (character === '\n' || character === '\r')) return { end: end + 1, closed: false }
      const length = character === '\\' && !raw ? this.#escapeLength(end + 1) : 1
      if (length === 0) return { end: Math.min(end + 2, this.#text.length - this.#at), closed: false }
      end += length
    }
  }

  /** How long an escape is, its backslash counted; 0: it is none. `from` is behind the backslash. */
  #escapeLength(from: number): number {
    const character = this.#peek(from)
    if (character === undefined) return 0
    if (SIMPLE_ESCAPES.has(character)) return 2
    const digits = { x: 2, X: 2, u: 4, U: 8 }[character]
    if (digits !== undefined) return this.#all(from + 1, digits, isHex) ? digits + 2 : 0
    const octal = (digit: string | undefined) => digit !== undefined && digit >= '0' && digit <= '7'
    return character >= '0' && character <= '3' && this.#all(from + 1, 2, octal) ? 4 : 0
  }

  #all(from: number, count: number, test: (character: string | undefined) => boolean): boolean {
    for (let index = 0; index < count; index++) if (!test(this.#peek(from + index))) return false
    return true
  }
}
