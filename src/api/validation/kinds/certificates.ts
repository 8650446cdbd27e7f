/** Certificate signing requests, apart from the request itself, which is not ours to read here.
 *  Source: kubernetes v1.34, pkg/apis/certificates/validation and pkg/apis/core/validation (ValidateSignerName). */
import { dnsLabelProblems, dnsSubdomainProblems } from '../../formats/index.ts'
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../generated/types.ts'
import { duplicate, type FieldError, invalidValue, notSupported, required, tooLong } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
]
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown'
const LEAST_SECONDS = 600
const MAX_DOMAIN = 253
const MAX_SIGNER = MAX_DOMAIN + 1 + 253 + 63 + 1
const ONLY_TRUE = new Set(['Approved', 'Denied', 'Failed'])

export const certificateSigningRequestRules: KindRules<CertificateSigningRequest> = {
  validate: ({ spec, status }) => {
    const errors = validateUsages(spec.usages ?? [])
    if (spec.signerName === LEGACY_SIGNER)
      errors.push(
        invalidValue('spec.signerName', spec.signerName, 'the legacy signerName is not allowed via this API version'),
      )
    else errors.push(...validateSignerName('spec.signerName', spec.signerName))
    const { expirationSeconds } = spec
    if (expirationSeconds !== undefined && expirationSeconds < LEAST_SECONDS)
      errors.push(
        invalidValue(
          'spec.expirationSeconds',
          expirationSeconds,
          'may not specify a duration less than 600 seconds (10 minutes)',
        ),
      )
    return [...errors, ...validateConditions(status?.conditions ?? [])]
  },
}

function validateUsages(usages: readonly string[]): FieldError[] {
  if (usages.length === 0) return [required('spec.usages')]
  const at = (i: number) => `spec.usages[${i}]`
  return [
    ...usages.flatMap((usage, i) => (USAGES.includes(usage) ? [] : [notSupported(at(i), usage, USAGES)])),
    ...usages.flatMap((usage, i) => (usages.indexOf(usage) < i ? [duplicate(at(i), usage)] : [])),
  ]
}

function validateConditions(conditions: readonly CertificateSigningRequestCondition[]): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  for (const [i, { type, status }] of conditions.entries()) {
    const path = `status.conditions[${i}]`
    if (!type) errors.push(required(`${path}.type`))
    const allowed = ONLY_TRUE.has(type) ? ['True'] : ['False', 'True', 'Unknown']
    if (!status) errors.push(required(`${path}.status`))
    else if (!allowed.includes(status)) errors.push(notSupported(`${path}.status`, status, allowed))
    if ((type === 'Approved' && seen.has('Denied')) || (type === 'Denied' && seen.has('Approved')))
      errors.push(invalidValue('status.conditions', type, 'Approved and Denied conditions are mutually exclusive'))
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type))
    seen.add(type)
  }
  return errors
}

/** `example.com/signer-name`. */
function validateSignerName(field: string, name: string | undefined): FieldError[] {
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
