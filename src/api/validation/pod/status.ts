/** What a pod's status may become. Source: kubernetes v1.34, pkg/apis/core/validation (ValidatePodStatusUpdate). */
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  ipAddressProblems,
  parseIpAddress,
  qualifiedNameProblems,
} from '../../formats/index.ts'
import type {
  Pod,
  PodCondition,
  PodExtendedResourceClaimStatus,
  PodResourceClaimStatus,
  PodSpec,
} from '../../generated/types.ts'
import { duplicate, type FieldError, forbidden, invalidFormat, invalidValue, required } from '../field-error.ts'
import { immutable } from '../immutable.ts'
import { validateAllocatedResources, validateUsers } from './container-statuses.ts'
import { validateTransitions } from './container-transitions.ts'

/** Kubernetes' own, which need no checking. */
const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized']
const NOT_NEGATIVE = 'must be a non-negative integer'

export function validatePodStatusUpdate({ spec, status = {} }: Pod, { spec: oldSpec, status: old = {} }: Pod) {
  const errors = validateConditions(status.conditions ?? [])
  const { nominatedNodeName: node = '', observedGeneration: generation = 0 } = status
  if ((spec.nodeName ?? '') !== (oldSpec.nodeName ?? ''))
    errors.push(forbidden('status.nodeName', 'may not be changed directly'))
  if (node !== '' && node !== old.nominatedNodeName)
    errors.push(...invalidFormat('status.nominatedNodeName', node, dnsSubdomainProblems(node)))
  if (generation < 0) errors.push(invalidValue('status.observedGeneration', generation, NOT_NEGATIVE))
  return [
    ...errors,
    ...immutable(status.qosClass ?? '', old.qosClass ?? '', 'status.qosClass'),
    ...validateTransitions(status, old, oldSpec),
    ...validateClaims(status.resourceClaimStatuses ?? [], spec),
    ...validateExtendedClaim(status.extendedResourceClaimStatus, spec),
    ...validateAddresses(ipsOf(status.podIPs), ipsOf(old.podIPs), 'status.podIPs'),
    ...validateHostIp(status.hostIP, ipsOf(status.hostIPs)),
    ...validateAddresses(ipsOf(status.hostIPs), ipsOf(old.hostIPs), 'status.hostIPs'),
    ...validateUsers(status, spec.os?.name),
    ...validateAllocatedResources(status, spec),
  ]
}

function validateConditions(conditions: readonly PodCondition[]): FieldError[] {
  return conditions.flatMap(({ type = '', observedGeneration = 0 }: Partial<PodCondition>, index) => {
    const at = `status.conditions[${index}]`
    const errors =
      observedGeneration < 0 ? [invalidValue(`${at}.observedGeneration`, observedGeneration, NOT_NEGATIVE)] : []
    if (SYSTEM_CONDITIONS.includes(type)) return errors
    return [...errors, ...invalidFormat(`${at}.Type`, type, qualifiedNameProblems(type))]
  })
}

function validateClaims(statuses: readonly PodResourceClaimStatus[], { resourceClaims = [] }: PodSpec): FieldError[] {
  const names = new Set<string>()
  return statuses.flatMap(({ name = '', resourceClaimName: claim }: Partial<PodResourceClaimStatus>, index) => {
    const at = `status.resourceClaimStatuses[${index}].name`
    const errors: FieldError[] = []
    if (!resourceClaims.some((one) => one.name === name))
      errors.push(invalidValue(at, name, 'must match the name of an entry in `spec.resourceClaims`'))
    if (names.has(name)) errors.push(duplicate(at, name))
    names.add(name)
    return claim === undefined ? errors : [...errors, ...invalidFormat(at, claim, dnsSubdomainProblems(claim))]
  })
}

function validateExtendedClaim(status: PodExtendedResourceClaimStatus | undefined, spec: PodSpec): FieldError[] {
  if (status === undefined) return []
  const path = 'status.extendedResourceClaimStatus'
  const containers = new Map([...(spec.initContainers ?? []), ...spec.containers].map((one) => [one.name, one]))
  const { requestMappings = [], resourceClaimName: claim = '' } = status as Partial<PodExtendedResourceClaimStatus>
  const seen = new Set<string>()
  const errors: FieldError[] = []
  if (requestMappings.length === 0)
    errors.push(required(`${path}.requestMappings`, 'at least one request mapping is required'))
  requestMappings.forEach(({ containerName, resourceName, requestName }, index) => {
    const at = `${path}.requestMappings[${index}]`
    const where = 'spec.initContainers.resources.requests or spec.containers.resources.requests'
    const container = containers.get(containerName)
    if (container === undefined) {
      const why = 'must match the name of an entry in spec.initContainers.name or spec.containers.name'
      errors.push(invalidValue(`${at}.containerName`, containerName, why))
    } else if (container.resources?.requests?.[resourceName] === undefined) {
      const why = `must match the extended resource name of an entry in ${where}`
      errors.push(invalidValue(`${at}.resourceName`, resourceName, why))
    }
    errors.push(...invalidFormat(`${path}.requestName`, requestName, dnsLabelProblems(requestName)))
    const key = JSON.stringify([containerName, resourceName])
    if (seen.has(key))
      errors.push(duplicate(`${at}.containerName`, containerName), duplicate(`${at}.resourceName`, resourceName))
    seen.add(key)
  })
  if (claim === '') return [...errors, required(`${path}.resourceClaimName`)]
  return [...errors, ...invalidFormat(`${path}.resourceClaimName`, claim, dnsSubdomainProblems(claim))]
}

const ipsOf = (list: readonly { ip?: string | undefined }[] | undefined) => (list ?? []).map(({ ip = '' }) => ip)

/** What was let in before may stay. */
function validateAddresses(ips: readonly string[], old: readonly string[], path: string): FieldError[] {
  const errors = ips.flatMap((ip, index) =>
    old.includes(ip) ? [] : invalidFormat(`${path}[${index}]`, ip, ipAddressProblems(ip)),
  )
  if (ips.length < 2) return errors
  const families = new Set(ips.map((ip) => parseIpAddress(ip)?.family))
  const isDual = families.size === 2 && ips.length === 2 && !families.has(undefined)
  const why = 'may specify no more than one IP for each IP family'
  // The value is printed as the server's own type has it.
  return isDual
    ? errors
    : [
        ...errors,
        invalidValue(
          path,
          ips.map((ip) => ({ IP: ip })),
          why,
        ),
      ]
}

function validateHostIp(hostIp: string | undefined, [first]: readonly string[]): FieldError[] {
  if (first === undefined || first === (hostIp ?? '')) return []
  return [invalidValue('status.hostIPs[0].ip', first, 'must be equal to `hostIP`')]
}
