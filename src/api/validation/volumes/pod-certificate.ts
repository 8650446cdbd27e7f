/** Files of a key and a certificate that are made for the pod. */
import type { PodCertificateProjection } from '../../generated/types.ts'
import { type FieldError, invalidValue, notSupported, required } from '../field-error.ts'
import { validateSignerName } from '../signer-name.ts'
import { validateFilePath } from './files.ts'
import type { PathTaker } from './path-taker.ts'

const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519']
const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS
const MAX_DAYS = 91
const PATHS = ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const

export function validatePodCertificate(
  certificate: Partial<PodCertificateProjection>,
  at: string,
  take: PathTaker,
): FieldError[] {
  const { signerName = '', keyType = '', maxExpirationSeconds: seconds } = certificate
  const errors = validateSignerName(`${at}.signerName`, signerName)
  if (!KEY_TYPES.includes(keyType)) errors.push(notSupported(`${at}.keyType`, keyType, KEY_TYPES))
  if (seconds !== undefined) errors.push(...validateSeconds(seconds, signerName, `${at}.maxExpirationSeconds`))
  for (const field of PATHS)
    if (certificate[field])
      errors.push(...validateFilePath(certificate[field], `${at}.${field}`), ...take(certificate[field]))
  return PATHS.some((field) => certificate[field])
    ? errors
    : [...errors, required(at, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath')]
}

function validateSeconds(seconds: number, signerName: string, field: string): FieldError[] {
  const errors: FieldError[] = []
  if (seconds < HOUR_SECONDS)
    errors.push(invalidValue(field, seconds, `if provided, maxExpirationSeconds must be >= ${HOUR_SECONDS}`))
  const isOwn = /(^|\.)kubernetes\.io$/.test(signerName.split('/', 1)[0] ?? '')
  const most = isOwn ? DAY_SECONDS : MAX_DAYS * DAY_SECONDS
  if (seconds > most) errors.push(invalidValue(field, seconds, `if provided, maxExpirationSeconds must be <= ${most}`))
  return errors
}
