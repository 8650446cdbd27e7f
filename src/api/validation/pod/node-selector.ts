/** Selectors of nodes: by labels and by name. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (ValidateNodeSelector). */
import { dnsSubdomainProblems, labelValueProblems, qualifiedNameProblems } from '../../formats/index.ts'
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, required } from '../field-error.ts'

/** `allowsInvalidValues`: of labels; the object was so before. */
export function validateNodeSelector(
  { nodeSelectorTerms: terms = [] }: Partial<NodeSelector>,
  path: string,
  allowsInvalidValues = false,
): FieldError[] {
  const at = `${path}.nodeSelectorTerms`
  if (terms.length === 0) return [required(at, 'must have at least one node selector term')]
  return terms.flatMap((term, index) => validateNodeSelectorTerm(term, `${at}[${index}]`, allowsInvalidValues))
}

export function validateNodeSelectorTerm(
  term: NodeSelectorTerm,
  at: string,
  allowsInvalidValues = false,
): FieldError[] {
  const { matchExpressions = [], matchFields = [] } = term
  return [
    ...matchExpressions.flatMap((one, index) =>
      validateExpression(one, `${at}.matchExpressions[${index}]`, allowsInvalidValues),
    ),
    ...matchFields.flatMap((one, index) => validateField(one, `${at}.matchFields[${index}]`)),
  ]
}

function validateExpression(
  { key = '', operator = '', values = [] }: Partial<NodeSelectorRequirement>,
  at: string,
  allowsInvalidValues: boolean,
): FieldError[] {
  const errors: FieldError[] = []
  const path = `${at}.values`
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(required(path, "must be specified when `operator` is 'In' or 'NotIn'"))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(forbidden(path, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1)
      errors.push(required(path, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
  } else errors.push(invalidValue(`${at}.operator`, operator, 'not a valid selector operator'))
  errors.push(...invalidFormat(`${at}.key`, key, qualifiedNameProblems(key)))
  if (allowsInvalidValues) return errors
  values.forEach((value, index) => errors.push(...invalidFormat(`${path}[${index}]`, value, labelValueProblems(value))))
  return errors
}

function validateField({ key = '', operator = '', values = [] }: Partial<NodeSelectorRequirement>, at: string) {
  const errors: FieldError[] = []
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalidValue(`${at}.operator`, operator, 'not a valid selector operator'))
  else if (values.length !== 1) {
    const why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
    errors.push(required(`${at}.values`, why))
  }
  if (key !== 'metadata.name') return [...errors, invalidValue(`${at}.key`, key, 'not a valid field selector key')]
  values.forEach((value, index) =>
    errors.push(...invalidFormat(`${at}.values[${index}]`, value, dnsSubdomainProblems(value))),
  )
  return errors
}
