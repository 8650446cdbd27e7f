/** Constructors of field errors, worded as Kubernetes words them.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/validation/field/errors.go. */
import { goNumber } from '../structural/value/go-number.ts'
import type { FieldError } from '../status.ts'
import { goQuote } from '../formats/index.ts'

export type { FieldError }

const withDetail = (message: string, detail: string) => (detail === '' ? message : `${message}: ${detail}`)
function printed(value: unknown): string {
  if (typeof value === 'string') return goQuote(value)
  if (typeof value === 'number') return goNumber(value)
  return value === undefined ? 'null' : JSON.stringify(value).replaceAll(UNSAFE_IN_HTML, escaped)
}

/** What Go's JSON writer escapes so that it may stand in a web page. */
const UNSAFE_IN_HTML = /[<>&\u2028\u2029]/g
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

export const required = (field: string, detail = ''): FieldError => ({
  type: 'FieldValueRequired',
  field,
  message: withDetail('Required value', detail),
})

export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: withDetail(`Invalid value: ${printed(value)}`, detail),
})

/** As `invalidValue`, of what is too much to show. */
export const invalidWithoutValue = (field: string, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${detail}`,
})

export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${printed(value)}: supported values: ${supported.map(goQuote).join(', ')}`,
})

export const duplicate = (field: string, value: unknown): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${printed(value)}`,
})

export const notFoundValue = (field: string, value: unknown): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  message: `Not found: ${printed(value)}`,
})

export const forbidden = (field: string, detail: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  message: withDetail('Forbidden', detail),
})

export const tooLong = (field: string, maxBytes: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${maxBytes} ${maxBytes === 1 ? 'byte' : 'bytes'}`,
})

export const tooMany = (field: string, actual: number, max: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  message: `Too many: ${actual}: must have at most ${max} ${max === 1 ? 'item' : 'items'}`,
})

/** One error per problem, as a format check reports them. */
export const invalidFormat = (field: string, value: unknown, problems: readonly string[]): FieldError[] =>
  problems.map((problem) => invalidValue(field, value, problem))
