/** The certificates of an App. Source of the bound: Gateway API v1.3, Gateway.spec.listeners. */
import type { AppCertificate } from '../../app-types.ts'
import { dnsSubdomainProblems } from '../../formats/index.ts'
import { duplicate, type FieldError, invalidFormat, tooMany } from '../field-error.ts'

/** Each is a listener. */
const MAX_HOSTS = 64

export function validateTls(certificates: readonly AppCertificate[]): FieldError[] {
  const seen = new Set<string>()
  const errors: FieldError[] = []
  certificates.forEach(({ hosts, secretName }, index) => {
    const at = `spec.tls.certificates[${index}]`
    hosts?.forEach((host, place) => {
      const name = host.toLowerCase()
      errors.push(...invalidFormat(`${at}.hosts[${place}]`, host, dnsSubdomainProblems(name)))
      if (seen.has(name)) errors.push(duplicate(`${at}.hosts[${place}]`, host))
      seen.add(name)
    })
    if (secretName !== undefined)
      errors.push(...invalidFormat(`${at}.secretName`, secretName, dnsSubdomainProblems(secretName)))
  })
  if (seen.size > MAX_HOSTS) errors.push(tooMany('spec.tls.certificates', seen.size, MAX_HOSTS))
  return errors
}
