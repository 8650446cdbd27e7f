/** The sentences of value validation. Source: k8s.io/kube-openapi, pkg/validation/errors/schema.go and
 *  pkg/validation/validate/schema_messages.go; turned into field errors as in k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/validation/validation.go. */
import { invalidValue, notSupported, tooLong, tooMany, type FieldError } from '../../validation/field-error.ts'
import { goFloat, goNumber, isInt64 } from './go-number.ts'
import type { Problem } from './result.ts'

const problem = (path: string, error: FieldError, sentence: string): Problem => ({
  path,
  type: error.type,
  message: error.message,
  identity: sentence,
})

const invalid = (path: string, value: unknown, sentence: string): Problem =>
  problem(path, invalidValue('', value, sentence), sentence)

/** `found` is a JSON type, or the text that is not of a format. */
export function wrongType(path: string, expected: string, found: string): Problem {
  const sentence = `${path} in body must be of type ${expected}: ${JSON.stringify(found)}`
  return { ...invalid(path, found, sentence), type: 'FieldValueTypeInvalid' }
}

export const missing = (path: string): Problem => ({
  path,
  type: 'FieldValueRequired',
  message: 'Required value',
  identity: `${path} in body is required`,
})

export function notInEnum(path: string, value: unknown, allowed: readonly unknown[]): Problem {
  const words = allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
  return problem(path, notSupported('', value, words), `${path} in body should be one of [${words.join(' ')}]`)
}

export const textTooLong = (path: string, max: number): Problem =>
  problem(path, tooLong('', max), `${path} in body should be at most ${max} chars long`)

export const textTooShort = (path: string, min: number, value: string): Problem =>
  invalid(path, value, `${path} in body should be at least ${min} chars long`)

export const patternMismatch = (path: string, pattern: string, value: string): Problem =>
  invalid(path, value, `${path} in body should match '${pattern}'`)

export const tooManyItems = (path: string, max: number, actual: number): Problem =>
  problem(path, tooMany('', actual, max), `${path} in body should have at most ${max} items`)

export const tooFewItems = (path: string, min: number, actual: number): Problem =>
  invalid(path, actual, `${path} in body should have at least ${min} items`)

export const duplicateItems = (path: string): Problem =>
  invalid(path, '', `${path} in body shouldn't contain duplicates`)

export const tooManyProperties = (path: string, max: number, actual: number): Problem =>
  problem(path, tooMany('', actual, max), `${path} in body should have at most ${max} properties`)

export const tooFewProperties = (path: string, min: number, actual: number): Problem =>
  invalid(path, actual, `${path} in body should have at least ${min} properties`)

export const propertyNotAllowed = (path: string, key: string): Problem =>
  invalid(path, key, `${path}.${key} in body is a forbidden property`)

/** An integer is compared with an integer. */
const limitText = (value: number | bigint, limit: number): string => (isInt64(value) ? goNumber(limit) : goFloat(limit))

export const overMaximum = (
  path: string,
  value: number | bigint,
  limit: { max: number; exclusive: boolean },
): Problem =>
  invalid(
    path,
    value,
    `${path} in body should be less than ${limit.exclusive ? '' : 'or equal to '}${limitText(value, limit.max)}`,
  )

export const underMinimum = (
  path: string,
  value: number | bigint,
  limit: { min: number; exclusive: boolean },
): Problem =>
  invalid(
    path,
    value,
    `${path} in body should be greater than ${limit.exclusive ? '' : 'or equal to '}${limitText(value, limit.min)}`,
  )

export const notMultiple = (path: string, value: number | bigint, factor: number): Problem =>
  invalid(path, value, `${path} in body should be a multiple of ${limitText(value, factor)}`)

export const factorNotPositive = (path: string, factor: number): Problem =>
  invalid(path, factor, `factor MultipleOf declared for ${path} must be positive: ${goNumber(factor)}`)

/** Problems with alternatives name the value in the sentence only. */
function alternative(path: string, rest: string): Problem {
  const sentence = `${JSON.stringify(path)} ${rest}`
  return { ...invalid(path, '', sentence), path: undefined }
}

export const noneOfAny = (path: string): Problem => alternative(path, 'must validate at least one schema (anyOf)')

export const notExactlyOne = (path: string, valid: number): Problem =>
  alternative(
    path,
    `must validate one and only one schema (oneOf). ${valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`}`,
  )

export const notAll = (path: string, valid: number): Problem =>
  alternative(path, `must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`)

export const isForbidden = (path: string): Problem => alternative(path, 'must not validate the schema (not)')
