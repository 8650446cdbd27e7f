/** References to objects of the same namespace, by kind and name. Source: kubernetes v1.34,
 *  pkg/apis/networking/validation (validateIngressTypedLocalObjectReference). */
import { dnsSubdomainProblems, pathSegmentProblems } from '../../formats/index.ts'
import type { TypedLocalObjectReference } from '../../generated/types.ts'
import { type FieldError, invalidFormat, required } from '../field-error.ts'

export function validateTypedReference(reference: Partial<TypedLocalObjectReference>, at: string): FieldError[] {
  const { apiGroup } = reference
  const errors = apiGroup === undefined ? [] : invalidFormat(`${at}.apiGroup`, apiGroup, dnsSubdomainProblems(apiGroup))
  for (const field of ['kind', 'name'] as const) {
    const value = reference[field]
    if (value) errors.push(...invalidFormat(`${at}.${field}`, value, pathSegmentProblems(value)))
    else errors.push(required(`${at}.${field}`))
  }
  return errors
}
