/** Certificate signing requests, apart from the request itself, which is not ours to read here.
 *  Source: kubernetes v1.34, pkg/apis/certificates/validation. */
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
  CertificateSigningRequestSpec,
} from '../../generated/types.ts'
import { duplicate, type FieldError, invalidValue, notSupported, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateSignerName } from '../signer-name.ts'

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
const ONLY_TRUE = new Set(['Approved', 'Denied', 'Failed'])

export const certificateSigningRequestRules: KindRules<CertificateSigningRequest> = {
  reportsMissing: true,
  validate: ({ spec = {}, status }: Partial<Given>) => {
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

/** What is not there is not told from what is empty. */
type Given = Pick<CertificateSigningRequest, 'status'> & { spec: Partial<CertificateSigningRequestSpec> }

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
