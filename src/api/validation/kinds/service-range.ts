/** ServiceCIDRs and IPAddresses: where the addresses of services come from, and who has which.
 *  Source: kubernetes v1.34, pkg/apis/networking/validation. */
import { canonicalBlockProblems, dnsSubdomainProblems, parseIpBlock, pathSegmentProblems } from '../../formats/index.ts'
import type { IPAddress, ParentReference, ServiceCIDR, ServiceCIDRSpec } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, required } from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'

const CIDRS = 'spec.cidrs'
const FIXED = 'field is immutable'

export const serviceCidrRules: KindRules<ServiceCIDR> = {
  reportsMissing: true,
  // Those of an update are looked at only where it may add one.
  validate: ({ spec }, old) => (old === undefined ? validateBlocks(spec) : []),
  validateUpdate: ({ spec }, { spec: before }) => {
    const [now, old] = [spec?.cidrs ?? [], before?.cidrs ?? []]
    const isAdded = old.length === 1 && now.length === 2
    if (!isAdded && old.length !== now.length) return [invalidValue(CIDRS, now, FIXED)]
    const changed = old.flatMap((cidr, index) =>
      cidr === now[index] ? [] : [invalidValue(`${CIDRS}[${index}]`, now[index], FIXED)],
    )
    return isAdded ? [...changed, ...validateBlocks(spec)] : changed
  },
}

function validateBlocks(spec: ServiceCIDRSpec | undefined): FieldError[] {
  const cidrs = spec?.cidrs ?? []
  if (cidrs.length === 0) return [required(CIDRS, 'at least one CIDR required')]
  if (cidrs.length > 2) return [invalidValue(CIDRS, { CIDRs: cidrs }, 'may only hold up to 2 values')]
  const errors = cidrs.flatMap((cidr, index) => invalidFormat(`${CIDRS}[${index}]`, cidr, canonicalBlockProblems(cidr)))
  const [first, second] = cidrs.map((cidr) => parseIpBlock(cidr)?.family)
  if (cidrs.length < 2 || first === undefined || first !== second) return errors
  const why = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'
  return [...errors, invalidValue(CIDRS, cidrs, why)]
}

export const ipAddressRules: KindRules<IPAddress> = {
  reportsMissing: true,
  validate: ({ spec }) => {
    const parent = spec?.parentRef
    const at = 'spec.parentRef'
    if (parent === undefined) return [required(at)]
    const errors = parent.group ? invalidFormat(`${at}.group`, parent.group, dnsSubdomainProblems(parent.group)) : []
    for (const field of ['resource', 'name', 'namespace'] as const) {
      const value = parent[field]
      if (value) errors.push(...invalidFormat(`${at}.${field}`, value, pathSegmentProblems(value)))
      else if (field !== 'namespace') errors.push(required(`${at}.${field}`))
    }
    return errors
  },
  validateUpdate: ({ spec }, { spec: old }) =>
    sameValue(spec?.parentRef, old?.parentRef) ? [] : [invalidValue('spec.parentRef', printed(spec?.parentRef), FIXED)],
}

/** As Kubernetes' internal type has it. */
const printed = (parent: ParentReference | undefined) =>
  parent && {
    Group: parent.group ?? '',
    Resource: parent.resource ?? '',
    Namespace: parent.namespace ?? '',
    Name: parent.name ?? '',
  }
