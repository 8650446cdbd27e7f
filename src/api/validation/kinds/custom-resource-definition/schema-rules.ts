/** `x-kubernetes-validations`, apart from whether their expressions compile. */
import type { JSONSchemaProps, ValidationRule } from '../../../generated/types.ts'
import { fieldPathIn } from '../../../structural/index.ts'
import { type FieldError, invalidValue, notSupported, required } from '../../field-error.ts'

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']
const hasNewlines = (text: string) => /[\n\r]/.test(text)
const isBlank = (text: string) => text.trim() === ''

export const ruleSyntaxErrors = (schema: JSONSchemaProps, path: string): FieldError[] =>
  (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) => {
    const at = `${path}[${index}]`
    return [...textErrors(rule, at), ...reasonErrors(rule, at), ...fieldPathErrors(schema, rule, at)]
  })

function textErrors({ rule, message = '', messageExpression }: ValidationRule, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (isBlank(rule)) errors.push(required(`${path}.rule`, 'rule is not specified'))
  else if (message !== '' && isBlank(message))
    errors.push(invalidValue(`${path}.message`, message, 'must be non-empty if specified'))
  else if (hasNewlines(message.trim()))
    errors.push(invalidValue(`${path}.message`, message, 'must not contain line breaks'))
  else if (hasNewlines(rule.trim()) && message === '')
    errors.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'))
  if (messageExpression && isBlank(messageExpression))
    errors.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'))
  return errors
}

const reasonErrors = ({ reason }: ValidationRule, path: string): FieldError[] =>
  reason === undefined || REASONS.includes(reason) ? [] : [notSupported(`${path}.reason`, reason, REASONS)]

function fieldPathErrors(schema: JSONSchemaProps, { fieldPath }: ValidationRule, path: string): FieldError[] {
  if (!fieldPath) return []
  const field = `${path}.fieldPath`
  const errors: FieldError[] = []
  if (isBlank(fieldPath)) errors.push(invalidValue(field, fieldPath, 'must be non-empty if specified'))
  if (hasNewlines(fieldPath)) errors.push(invalidValue(field, fieldPath, 'must not contain line breaks'))
  if (!fieldPathIn(schema, fieldPath).ok) errors.push(invalidValue(field, fieldPath, 'must be a valid path'))
  return errors
}
