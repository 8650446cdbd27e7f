/** Names of who signs certificates: a domain, a slash and a path. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (ValidateSignerName). */
import { dnsLabelProblems, dnsSubdomainProblems } from '../formats/index.ts'
import { type FieldError, invalidValue, required, tooLong } from './field-error.ts'

const MAX_DOMAIN = 253
const MAX_SIGNER = MAX_DOMAIN + 1 + 253 + 63 + 1

export function validateSignerName(field: string, name: string | undefined): FieldError[] {
  if (!name) return [required(field)]
  const segments = name.split('/')
  const [domain = '', path = ''] = segments
  if (segments.length !== 2)
    return [
      invalidValue(field, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"),
    ]
  const errors: FieldError[] = []
  if (domain.length > MAX_DOMAIN) errors.push(tooLong(field, MAX_DOMAIN))
  errors.push(...firstBadLabel(field, domain, dnsLabelProblems))
  if (!domain.includes('.'))
    errors.push(invalidValue(field, domain, 'should be a domain with at least two segments separated by dots'))
  errors.push(...firstBadLabel(field, path, dnsSubdomainProblems))
  if (name.length > MAX_SIGNER) errors.push(tooLong(field, MAX_SIGNER))
  return errors
}

function firstBadLabel(field: string, segment: string, problemsOf: (label: string) => string[]): FieldError[] {
  for (const label of segment.split('.')) {
    const problems = problemsOf(label)
    if (problems.length > 0)
      return problems.map((why) => invalidValue(field, segment, `validating label ${JSON.stringify(label)}: ${why}`))
  }
  return []
}
