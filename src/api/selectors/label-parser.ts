/** Parses label selectors as in query parameters: `app=web,tier in (a,b),!legacy`.
 *  Grammar and wording: k8s.io/apimachinery v0.34, pkg/labels/selector.go. */
import { labelValueProblems, qualifiedNameProblems } from '../formats/index.ts'
import { type ApiError, apiError } from '../status.ts'

export type LabelOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt'

/** All requirements of a selector must hold. `=` is `In` with one value, `!=` is `NotIn` with one. */
export interface LabelRequirement {
  key: string
  operator: LabelOperator
  values: readonly string[]
}

const SYMBOLS: Readonly<Record<string, LabelOperator>> = {
  '=': 'In',
  '==': 'In',
  '!=': 'NotIn',
  '>': 'Gt',
  '<': 'Lt',
  in: 'In',
  notin: 'NotIn',
}
const OPERATOR_NAMES = 'in, notin, =, ==, !=, gt, lt'
const isIdentifier = (token: string) => token !== '' && !/^[=!<>(),]/.test(token)

/** Throws ApiError BadRequest for what does not parse. */
export function parseLabelSelector(text: string): LabelRequirement[] {
  return new Parser(text).parse()
}

class Parser {
  readonly #tokens: string[]
  #next = 0

  constructor(text: string) {
    this.#tokens = text.match(/==|!=|[=!<>(),]|[^\s=!<>(),]+/g) ?? []
  }

  parse(): LabelRequirement[] {
    const requirements: LabelRequirement[] = []
    if (this.#peek() === '') return requirements
    for (;;) {
      const token = this.#peek()
      if (token !== '!' && !isIdentifier(token))
        throw bad(`found '${token}', expected: !, identifier, or 'end of string'`)
      requirements.push(this.#requirement())
      const after = this.#take()
      if (after === '') return requirements
      if (after !== ',') throw bad(`found '${after}', expected: ',' or 'end of string'`)
      const following = this.#peek()
      if (following !== '!' && !isIdentifier(following))
        throw bad(`found '${following}', expected: identifier after ','`)
    }
  }

  #requirement(): LabelRequirement {
    const negated = this.#peek() === '!'
    if (negated) this.#next += 1
    const key = this.#take()
    if (!isIdentifier(key)) throw bad(`unable to parse requirement: found '${key}', expected: identifier`)
    check(key, qualifiedNameProblems(key), '<nil>')
    const token = this.#peek()
    if (negated || token === '' || token === ',')
      return { key, operator: negated ? 'DoesNotExist' : 'Exists', values: [] }
    this.#next += 1
    const operator = Object.hasOwn(SYMBOLS, token) ? SYMBOLS[token] : undefined
    if (operator === undefined) throw bad(`unable to parse requirement: found '${token}', expected: ${OPERATOR_NAMES}`)
    const values = token === 'in' || token === 'notin' ? this.#valueSet() : [this.#value()]
    return this.#checked({ key, operator, values })
  }

  #checked(requirement: LabelRequirement): LabelRequirement {
    const { key, operator, values } = requirement
    if ((operator === 'Gt' || operator === 'Lt') && !/^[-+]?\d+$/.test(values[0] ?? ''))
      throw bad(
        `unable to parse requirement: values[0]: Invalid value: ${JSON.stringify(values[0])}: ` +
          "for 'Gt', 'Lt' operators, the value must be an integer",
      )
    values.forEach((value, index) => check(value, labelValueProblems(value), `values[${index}][${key}]`))
    return requirement
  }

  #value(): string {
    const token = this.#peek()
    if (token === '' || token === ',') return ''
    this.#next += 1
    if (!isIdentifier(token)) throw bad(`unable to parse requirement: found '${token}', expected: identifier`)
    return token
  }

  /** `(a,b)`; empty elements are empty values. */
  #valueSet(): string[] {
    const open = this.#take()
    if (open !== '(') throw bad(`unable to parse requirement: found '${open}' expected: '('`)
    const values = new Set<string>()
    let expectsValue = true
    for (;;) {
      const token = this.#take()
      if (token === ')') {
        if (expectsValue) values.add('')
        return [...values].sort()
      }
      if (token === ',') {
        if (expectsValue) values.add('')
        expectsValue = true
      } else if (isIdentifier(token) && expectsValue) {
        values.add(token)
        expectsValue = false
      } else throw bad(`unable to parse requirement: found '${token}', expected: ',' or ')'`)
    }
  }

  #peek(): string {
    return this.#tokens[this.#next] ?? ''
  }

  #take(): string {
    const token = this.#peek()
    this.#next += 1
    return token
  }
}

const bad = (message: string): ApiError => apiError('BadRequest', message)

function check(value: string, problems: readonly string[], where: string): void {
  if (problems.length > 0)
    throw bad(`unable to parse requirement: ${where}: Invalid value: ${JSON.stringify(value)}: ${problems.join('; ')}`)
}
