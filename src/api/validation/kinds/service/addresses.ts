/** The cluster addresses of Services and their families. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (ValidateServiceClusterIPsRelatedFields, validateUpgradeDowngradeClusterIPs, validateUpgradeDowngradeIPFamilies). */
import { ipAddressProblems, parseIpAddress } from '../../../formats/index.ts'
import type { ServiceSpec } from '../../../generated/types.ts'
import { duplicate, type FieldError, invalidFormat, invalidValue, notSupported } from '../../field-error.ts'

const FAMILIES = ['IPv4', 'IPv6']
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack']
const IPS = 'spec.clusterIPs'
const POLICY = 'spec.ipFamilyPolicy'

type Spec = Partial<ServiceSpec>

export const isHeadless = ({ clusterIPs = [] }: Spec): boolean => clusterIPs.length === 1 && clusterIPs[0] === 'None'

/** A value that is no address passes when it was let in once: it is among `kept`. */
export function validateLegacyAddress(text: string, at: string, kept: readonly string[] = []): FieldError[] {
  return kept.includes(text) ? [] : invalidFormat(at, text, ipAddressProblems(text))
}

/** What does not fit together; an ExternalName has none of it, which is checked elsewhere. */
export function validateClusterAddresses(spec: Spec, old: Spec | undefined): FieldError[] {
  if (spec.type === 'ExternalName') return []
  const { clusterIPs = [] } = spec
  const errors = [...validateSingular(spec), ...validateFamilies(spec)]
  const wrong = validateEach(clusterIPs, old?.clusterIPs)
  errors.push(...wrong)
  if (clusterIPs.length > 2) errors.push(invalidValue(IPS, clusterIPs, 'may only hold up to 2 values'))
  if (wrong.length > 0) return errors
  if (clusterIPs.length > 1 && !isDualStack(clusterIPs))
    errors.push(invalidValue(IPS, clusterIPs, 'may specify no more than one IP for each IP family'))
  return [...errors, ...validateMatch(spec)]
}

function validateSingular({ clusterIP, clusterIPs = [] }: Spec): FieldError[] {
  if (!clusterIP)
    return clusterIPs.length === 0
      ? []
      : [invalidValue(IPS, clusterIPs, 'must be empty when `clusterIP` is not specified')]
  return clusterIPs.length === 0 || clusterIPs[0] === clusterIP
    ? []
    : [invalidValue(IPS, clusterIPs, 'first value must match `clusterIP`')]
}

function validateFamilies({ ipFamilies = [], ipFamilyPolicy }: Spec): FieldError[] {
  const errors = ipFamilies.flatMap((family, index) => {
    const at = `spec.ipFamilies[${index}]`
    const own = FAMILIES.includes(family) ? [] : [notSupported(at, family, FAMILIES)]
    return ipFamilies.indexOf(family) < index ? [...own, duplicate(at, family)] : own
  })
  if (ipFamilyPolicy !== undefined && !POLICIES.includes(ipFamilyPolicy))
    errors.push(notSupported(POLICY, ipFamilyPolicy, POLICIES))
  return errors
}

const validateEach = (addresses: readonly string[], kept: readonly string[] | undefined): FieldError[] =>
  addresses.flatMap((address, index) => {
    if (index > 0 || address !== 'None') return validateLegacyAddress(address, `${IPS}[${index}]`, kept)
    return addresses.length > 1 ? [invalidValue(IPS, addresses, "'None' must be the first and only value")] : []
  })

const familyOf = (address: string) => `IPv${parseIpAddress(address)?.family}`

const isDualStack = (addresses: readonly string[]) =>
  addresses.length <= 2 ? new Set(addresses.map(familyOf)).size === 2 : new Set(addresses.map(familyOf)).size > 1

function validateMatch(spec: Spec): FieldError[] {
  const { clusterIPs = [], ipFamilies = [] } = spec
  if (isHeadless(spec)) return []
  return clusterIPs.slice(0, ipFamilies.length).flatMap((address, index) => {
    const family = ipFamilies[index] ?? ''
    if (!FAMILIES.includes(family) || familyOf(address) === family) return []
    const why = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``
    return [invalidValue(`${IPS}[${index}]`, address, why)]
  })
}

const isNamed = (spec: Spec) => spec.type === 'ExternalName'

/** The first address stays for good; the second may come, and goes with a word. */
export function validateAddressChange(spec: Spec, old: Spec): FieldError[] {
  if (isNamed(spec) || isNamed(old) || (isHeadless(spec) && isHeadless(old))) return []
  const [now, before] = [spec.clusterIPs ?? [], old.clusterIPs ?? []]
  const changed = (index: number) => invalidValue(`${IPS}[${index}]`, now, 'may not change once set')
  if (now.length === before.length) return before.flatMap((one, index) => (one === now[index] ? [] : [changed(index)]))
  const errors: FieldError[] = []
  if (now.length === 0) errors.push(invalidValue(`${IPS}[0]`, now, 'primary clusterIP can not be unset'))
  else if (before.length > 0 && now[0] !== before[0]) errors.push(changed(0))
  if (before.length > now.length && now.length === 1 && spec.ipFamilyPolicy !== 'SingleStack')
    errors.push(mustRelease(spec, 'clusterIP'))
  return errors
}

/** As with addresses, except that a headless Service may change them. */
export function validateFamilyChange(spec: Spec, old: Spec): FieldError[] {
  if (isNamed(spec) || isNamed(old) || isHeadless(spec) || isHeadless(old)) return []
  const [now, before] = [spec.ipFamilies ?? [], old.ipFamilies ?? []]
  const changed = (value: readonly string[] | undefined) =>
    invalidValue('spec.ipFamilies[0]', value, 'may not change once set')
  if (now.length === before.length) return before.flatMap((one, index) => (one === now[index] ? [] : [changed(now)]))
  // What the message shows is the addresses, as Kubernetes' does.
  const errors = before.length > 0 && now.length > 0 && now[0] !== before[0] ? [changed(spec.clusterIPs)] : []
  if (before.length > now.length && now.length === 1 && spec.ipFamilyPolicy !== 'SingleStack')
    errors.push(mustRelease(spec, 'ipFamily'))
  return errors
}

const mustRelease = ({ ipFamilyPolicy }: Spec, what: string) =>
  invalidValue(POLICY, ipFamilyPolicy, `must be set to 'SingleStack' when releasing the secondary ${what}`)
