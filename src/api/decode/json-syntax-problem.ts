/** Why a text is no JSON, in the words of Go's reader. Asked only of texts that JSON.parse has refused.
 *  Source: encoding/json of Go 1.24, scanner.go. */

const END = 'unexpected end of JSON input'
/** Deeper texts are refused before anyone reads them. */
const MAX_DEPTH = 10_000

class Problem extends Error {}

export function jsonSyntaxProblem(text: string): string {
  try {
    const scan = new Scan(text)
    scan.value(0)
    scan.space()
    if (!scan.atEnd()) scan.fail('after top-level value')
    return END
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
}

const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' }

class Scan {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  /** The next character; at the end there is nothing more to say than that. */
  #peek(): string {
    if (this.atEnd()) throw new Problem(END)
    return this.#text[this.#at] as string
  }

  fail(context: string): never {
    throw new Problem(`invalid character ${quoted(this.#text.codePointAt(this.#at) ?? 0)} ${context}`)
  }

  space(): void {
    while (!this.atEnd() && ' \t\r\n'.includes(this.#peek())) this.#at++
  }

  value(depth: number): void {
    if (depth > MAX_DEPTH) throw new Problem('exceeded max depth')
    this.space()
    const first = this.#peek()
    if (first === '{') this.#object(depth)
    else if (first === '[') this.#array(depth)
    else if (first === '"') this.#string()
    else if (first === '-' || isDigit(first)) this.#number()
    else if (first in LITERALS) this.#literal(LITERALS[first] as string)
    else this.fail('looking for beginning of value')
  }

  #object(depth: number): void {
    this.#at++
    this.space()
    if (this.#take('}')) return
    for (;;) {
      this.space()
      if (this.#peek() !== '"') this.fail('looking for beginning of object key string')
      this.#string()
      this.space()
      if (!this.#take(':')) this.fail('after object key')
      this.value(depth + 1)
      this.space()
      if (this.#take('}')) return
      if (!this.#take(',')) this.fail('after object key:value pair')
    }
  }

  #array(depth: number): void {
    this.#at++
    this.space()
    if (this.#take(']')) return
    for (;;) {
      this.value(depth + 1)
      this.space()
      if (this.#take(']')) return
      if (!this.#take(',')) this.fail('after array element')
    }
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at++
    return true
  }

  #string(): void {
    this.#at++
    for (;;) {
      const character = this.#peek()
      if (character < ' ') this.fail('in string literal')
      this.#at++
      if (character === '"') return
      if (character === '\\') this.#escape()
    }
  }

  #escape(): void {
    const escaped = this.#peek()
    if (!'bfnrt\\/"u'.includes(escaped)) this.fail('in string escape code')
    this.#at++
    for (let digits = escaped === 'u' ? 4 : 0; digits > 0; digits--) {
      if (!/[0-9a-fA-F]/.test(this.#peek())) this.fail('in \\u hexadecimal character escape')
      this.#at++
    }
  }

  #number(): void {
    this.#at += this.#peek() === '-' ? 1 : 0
    if (!isDigit(this.#peek())) this.fail('in numeric literal')
    // A leading zero stands alone: what comes after it is no part of the number.
    if (this.#peek() === '0') this.#at++
    else this.#digits()
    if (!this.atEnd() && this.#peek() === '.') {
      this.#at++
      if (!isDigit(this.#peek())) this.fail('after decimal point in numeric literal')
      this.#digits()
    }
    if (!this.atEnd() && 'eE'.includes(this.#peek())) {
      this.#at++
      if ('+-'.includes(this.#peek())) this.#at++
      if (!isDigit(this.#peek())) this.fail('in exponent of numeric literal')
      this.#digits()
    }
  }

  #digits(): void {
    while (!this.atEnd() && isDigit(this.#peek())) this.#at++
  }

  #literal(word: string): void {
    for (const [i, expected] of Array.from(word).entries()) {
      if (this.#peek() !== expected) this.fail(`in literal ${word} (expecting '${word[i]}')`)
      this.#at++
    }
  }
}

const isDigit = (character: string): boolean => character >= '0' && character <= '9'

function quoted(code: number): string {
  const character = String.fromCodePoint(code)
  if (character === "'") return "'\\''"
  return character === '"' ? `'"'` : `'${JSON.stringify(character).slice(1, -1)}'`
}
