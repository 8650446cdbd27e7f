/** Tokens into a tree, by recursive descent; macros are expanded as they close. A syntax error ends the reading.
 *  Source of grammar and of the errors' words: cel-go v0.26, parser/gen/CEL.g4, parser/parser.go. */
import type { Issue } from '../issues.ts'
import type { Expression, ListLiteral, MapEntry, StructLiteral } from './ast.ts'
import { OPERATOR } from './ast.ts'
import { balance } from './balance.ts'
import { readTokens } from './lexer.ts'
import { readLiteral } from './literal.ts'
import type { Macro } from './macros/macro.ts'
import { MacroError } from './macros/macro.ts'
import { NodeBudget, SyntaxFailure } from './node-budget.ts'
import type { SourceText } from './source-text.ts'
import { describe, EXPECTED, RESERVED, startsExpression, type Token, type TokenKind } from './tokens.ts'

const MAX_CODE_POINTS = 100_000
const MAX_DEPTH = 250

export type Macros = ReadonlyMap<string, Macro>

/** Undefined when `issues` got something. */
export function parse(source: SourceText, macros: Macros, issues: Issue[]): Expression | undefined {
  const size = source.characters.length
  if (size > MAX_CODE_POINTS) {
    const message = `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}`
    issues.push({ at: -1, message })
    return undefined
  }
  const tokens = readTokens(source, issues)
  try {
    const expression = new Parser(tokens, macros, issues).start()
    return issues.length === 0 ? expression : undefined
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) throw error
    issues.push({ at: error.at, message: error.message })
    return undefined
  }
}

const RELATIONS: Partial<Record<TokenKind, string>> = {
  '<': OPERATOR.less,
  '<=': OPERATOR.lessEquals,
  '>': OPERATOR.greater,
  '>=': OPERATOR.greaterEquals,
  '==': OPERATOR.equals,
  '!=': OPERATOR.notEquals,
  in: OPERATOR.in,
}
const SUMS: Partial<Record<TokenKind, string>> = { '+': OPERATOR.add, '-': OPERATOR.subtract }
const PRODUCTS: Partial<Record<TokenKind, string>> = {
  '*': OPERATOR.multiply,
  '/': OPERATOR.divide,
  '%': OPERATOR.modulo,
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #macros: Macros
  readonly #issues: Issue[]
  readonly #nodes = new NodeBudget()
  #at = 0
  #depth = 0
  /** Open brackets: behind the last of them the text may end. */
  #open = 0

  constructor(tokens: readonly Token[], macros: Macros, issues: Issue[]) {
    this.#tokens = tokens
    this.#macros = macros
    this.#issues = issues
  }

  start(): Expression {
    const expression = this.#expression(EXPECTED.expression)
    if (this.#token().kind !== 'end') this.#unexpected(EXPECTED.end, this.#token(1).kind === 'end')
    return expression
  }

  #token(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token
  }

  #take(): Token {
    const token = this.#token()
    this.#at++
    return token
  }

  #is(kind: TokenKind): boolean {
    return this.#token().kind === kind
  }

  #accept(kind: TokenKind): boolean {
    if (!this.#is(kind)) return false
    this.#at++
    return true
  }

  /** `extraneous`: without this one token the text could go on. */
  #unexpected(expected: string, extraneous: boolean): never {
    const token = this.#token()
    const word = extraneous ? 'extraneous' : 'mismatched'
    throw new SyntaxFailure(`Syntax error: ${word} input ${describe(token)} expecting ${expected}`, token.at)
  }

  #close(kind: TokenKind): void {
    this.#open--
    if (this.#accept(kind)) return
    const token = this.#token()
    if (this.#open === 0 && token.kind === 'end' && kind !== '}') {
      throw new SyntaxFailure(`Syntax error: missing '${kind}' at '<EOF>'`, token.at)
    }
    this.#unexpected(`'${kind}'`, this.#token(1).kind === kind)
  }

  #deeper<T>(levels: number, read: () => T): T {
    this.#depth += levels
    if (this.#depth > MAX_DEPTH) throw new SyntaxFailure(`expression recursion limit exceeded: ${MAX_DEPTH}`, -1)
    const result = read()
    this.#depth -= levels
    return result
  }

  #expression(expected: string): Expression {
    return this.#deeper(1, () => {
      const condition = this.#logical('||', OPERATOR.or, expected)
      if (!this.#is('?')) return condition
      const { at } = this.#take()
      const yes = this.#logical('||', OPERATOR.or, EXPECTED.expression)
      if (!this.#accept(':')) this.#unexpected("':'", this.#token(1).kind === ':')
      const no = this.#expression(EXPECTED.expression)
      return this.#call(at, OPERATOR.conditional, [condition, yes, no])
    })
  }

  #logical(kind: '||' | '&&', name: string, expected: string): Expression {
    const below = (words: string) => (kind === '||' ? this.#logical('&&', OPERATOR.and, words) : this.#relation(words))
    const terms = [below(expected)]
    const places: number[] = []
    while (this.#is(kind)) {
      places.push(this.#take().at)
      terms.push(below(EXPECTED.expression))
    }
    return balance(terms, places, (at, left, right) => this.#call(at, name, [left, right]))
  }

  #relation(expected: string): Expression {
    return this.#chain(RELATIONS, expected, (words) => this.#sum(words))
  }

  #sum(expected: string): Expression {
    return this.#chain(SUMS, expected, (words) => this.#chain(PRODUCTS, words, (inner) => this.#unary(inner)))
  }

  /** Operators of one rank, from left to right. */
  #chain(
    operators: Partial<Record<TokenKind, string>>,
    expected: string,
    below: (expected: string) => Expression,
  ): Expression {
    let left = below(expected)
    let links = 0
    for (;;) {
      const name = operators[this.#token().kind]
      if (name === undefined) break
      this.#deeper(++links, () => undefined)
      const { at } = this.#take()
      left = this.#call(at, name, [left, below(EXPECTED.expression)])
    }
    return left
  }

  #unary(expected: string): Expression {
    const mark = this.#token().kind
    if (mark !== '!' && mark !== '-') return this.#member(expected)
    const { at } = this.#token()
    const next = this.#token(1).kind
    if (mark === '-' && (next === 'int' || next === 'float')) return this.#member(expected)
    let count = 0
    while (this.#accept(mark)) count++
    const operand = this.#member(EXPECTED.expression)
    if (count % 2 === 0) return operand
    return this.#call(at, mark === '!' ? OPERATOR.not : OPERATOR.negate, [operand])
  }

  #member(expected: string): Expression {
    let operand = this.#primary(expected)
    let links = 0
    while (this.#is('.') || this.#is('[')) {
      this.#deeper(++links, () => undefined)
      operand = this.#is('.') ? this.#dot(operand) : this.#index(operand)
    }
    return operand
  }

  #dot(operand: Expression): Expression {
    const { at } = this.#take()
    const optional = this.#accept('?')
    const token = this.#token()
    if (token.kind === 'escaped') throw new SyntaxFailure("unsupported syntax: '`'", token.at)
    if (token.kind !== 'identifier') this.#badName(token, optional)
    this.#at++
    if (optional) {
      const field: Expression = this.#nodes.add({ kind: 'literal', value: token.text, at: token.at })
      return this.#call(at, OPERATOR.optionalSelect, [operand, field])
    }
    if (!this.#is('(')) return this.#nodes.add({ kind: 'select', operand, field: token.text, test: false, at })
    return this.#macroOrCall(token.text, operand)
  }

  #badName(token: Token, optional: boolean): never {
    const literal = token.kind === 'true' || token.kind === 'false' || token.kind === 'null'
    if (optional || literal) this.#unexpected(EXPECTED.name, false)
    throw new SyntaxFailure(`Syntax error: no viable alternative at input '.${token.text}'`, token.at)
  }

  #index(operand: Expression): Expression {
    const { at } = this.#take()
    this.#open++
    const optional = this.#accept('?')
    const index = this.#expression(optional ? EXPECTED.expression : EXPECTED.index)
    this.#close(']')
    return this.#call(at, optional ? OPERATOR.optionalIndex : OPERATOR.index, [operand, index])
  }

  #macroOrCall(name: string, target: Expression | undefined): Expression {
    const { at } = this.#take()
    this.#open++
    const args: Expression[] = []
    if (!this.#is(')')) {
      args.push(this.#expression(EXPECTED.argument))
      while (this.#accept(',')) args.push(this.#expression(EXPECTED.expression))
    }
    this.#close(')')
    const macro = this.#macros.get(`${target === undefined ? '' : '.'}${name}/${args.length}`)
    if (macro === undefined) return this.#call(at, name, args, target)
    try {
      return macro({ at, target, args, nodes: this.#nodes })
    } catch (error) {
      if (!(error instanceof MacroError)) throw error
      this.#issues.push({ at: error.at, message: error.message })
      return this.#nodes.add({ kind: 'literal', value: null, at })
    }
  }

  #call(at: number, name: string, args: Expression[], target?: Expression): Expression {
    return this.#nodes.add({ kind: 'call', name, arguments: args, at, ...(target !== undefined && { target }) })
  }

  #primary(expected: string): Expression {
    const token = this.#token()
    switch (token.kind) {
      case '(':
        return this.#nested()
      case '[':
        return this.#list()
      case '{':
        return this.#map()
      case '.':
        this.#at++
        if (!this.#is('identifier')) this.#badName(this.#token(), false)
        return this.#named('.')
      case 'identifier':
        return this.#named('')
      default:
        return this.#literal(token, expected)
    }
  }

  #literal(token: Token, expected: string): Expression {
    const minus = token.kind === '-'
    const value = minus ? this.#token(1) : token
    if (!startsExpression(value) || value.kind === '!' || value.kind === '-') {
      const closes = expected === EXPECTED.argument && this.#token(1).kind === ')'
      this.#unexpected(expected, token.kind !== 'end' && (closes || startsExpression(this.#token(1))))
    }
    this.#at += minus ? 2 : 1
    return this.#nodes.add({ kind: 'literal', value: readLiteral(value, token.at, minus), at: token.at })
  }

  #nested(): Expression {
    this.#at++
    this.#open++
    const inner = this.#expression(EXPECTED.expression)
    this.#close(')')
    return inner
  }

  #named(dot: '' | '.'): Expression {
    const token = this.#take()
    if (this.#isStruct()) return this.#struct(dot + token.text)
    if (RESERVED.has(token.text)) throw new SyntaxFailure(`reserved identifier: ${token.text}`, token.at)
    if (this.#is('(')) return this.#macroOrCall(dot + token.text, undefined)
    return this.#nodes.add({ kind: 'identifier', name: dot + token.text, at: token.at })
  }

  /** `a.b.C{`: names and dots up to a brace. */
  #isStruct(): boolean {
    let ahead = 0
    while (this.#token(ahead).kind === '.' && this.#token(ahead + 1).kind === 'identifier') ahead += 2
    return this.#token(ahead).kind === '{'
  }

  #struct(first: string): Expression {
    let name = first
    while (this.#accept('.')) name += `.${this.#take().text}`
    const { at } = this.#take()
    this.#open++
    const fields: StructLiteral['fields'] = []
    while (!this.#is('}') && !this.#is(',')) {
      const optional = this.#accept('?')
      if (!this.#is('identifier')) this.#unexpected(EXPECTED.field, false)
      const field = this.#take().text
      const place = this.#token().at
      if (!this.#accept(':')) this.#unexpected("':'", this.#token(1).kind === ':')
      fields.push({ at: place, name: field, value: this.#expression(EXPECTED.expression), optional })
      if (!this.#accept(',')) break
    }
    this.#accept(',')
    this.#close('}')
    return this.#nodes.add({ kind: 'struct', name, fields, at })
  }

  #list(): Expression {
    const { at } = this.#take()
    this.#open++
    const elements: Expression[] = []
    const optional = new Set<number>()
    while (!this.#is(']') && !this.#is(',')) {
      if (this.#accept('?')) optional.add(elements.length)
      elements.push(this.#expression(elements.length === 0 ? EXPECTED.element : EXPECTED.expression))
      if (!this.#is(',') || this.#token(1).kind === ']' || this.#token(1).kind === ',') break
      this.#at++
    }
    const comma = this.#accept(',')
    if (comma || elements.length === 0) this.#close(']')
    else this.#closeLiteral(']', EXPECTED.listEnd)
    return this.#nodes.add({ kind: 'list', elements, optional, at } satisfies ListLiteral)
  }

  #closeLiteral(kind: ']' | '}', expected: string): void {
    this.#open--
    if (this.#accept(kind)) return
    const next = this.#token(1).kind
    this.#unexpected(expected, next === kind || next === ',')
  }

  #map(): Expression {
    const { at } = this.#take()
    this.#open++
    const entries: MapEntry[] = []
    while (!this.#is('}') && !this.#is(',')) {
      const optional = this.#accept('?')
      const key = this.#expression(entries.length === 0 && !optional ? EXPECTED.entry : EXPECTED.expression)
      const place = this.#token().at
      if (!this.#accept(':')) this.#unexpected("':'", this.#token(1).kind === ':')
      entries.push({ at: place, key, value: this.#expression(EXPECTED.expression), optional })
      if (!this.#is(',') || this.#token(1).kind === '}' || this.#token(1).kind === ',') break
      this.#at++
    }
    const comma = this.#accept(',')
    if (comma || entries.length === 0) this.#close('}')
    else this.#closeLiteral('}', EXPECTED.mapEnd)
    return this.#nodes.add({ kind: 'map', entries, at })
  }
}
