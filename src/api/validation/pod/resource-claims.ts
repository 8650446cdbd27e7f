/** Claims on devices. Source: kubernetes v1.34, pkg/apis/core/validation (validatePodResourceClaims). */
import { dnsLabelProblems, dnsSubdomainProblems } from '../../formats/index.ts'
import type { PodResourceClaim } from '../../generated/types.ts'
import { duplicate, type FieldError, forbidden, invalidFormat, invalidValue, required } from '../field-error.ts'

export const claimNames = (claims: readonly PodResourceClaim[]): Set<string> =>
  new Set(claims.map(({ name }) => name).filter(Boolean))

export function validateResourceClaims(claims: readonly PodResourceClaim[], path: string, isMirror: boolean) {
  const names = new Set<string>()
  return claims.flatMap((claim: Partial<PodResourceClaim>, index) => {
    if (isMirror) return [forbidden('[]', 'static pods do not support resource claims')]
    const at = `${path}[${index}]`
    const { name = '', resourceClaimName: claimName, resourceClaimTemplateName: templateName } = claim
    const errors: FieldError[] = []
    if (name === '') errors.push(required(`${at}.name`))
    else if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
    else errors.push(...invalidFormat(`${at}.name`, name, dnsLabelProblems(name)))
    names.add(name)
    // The value is printed as the server's own type has it.
    const printed = {
      Name: name,
      ResourceClaimName: claimName ?? null,
      ResourceClaimTemplateName: templateName ?? null,
    }
    if (claimName !== undefined && templateName !== undefined) {
      const why = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'
      errors.push(invalidValue(at, printed, why))
    }
    if (claimName === undefined && templateName === undefined)
      errors.push(invalidValue(at, printed, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'))
    for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
      const value = claim[field]
      if (value !== undefined) errors.push(...invalidFormat(`${at}.${field}`, value, dnsSubdomainProblems(value)))
    }
    return errors
  })
}
