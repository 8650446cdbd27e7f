/** Endpoints. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateEndpoints, ValidateEndpointIP). */
import {
  addressWarnings,
  blockContains,
  dnsLabelProblems,
  dnsSubdomainProblems,
  ipAddressProblems,
  parseIpAddress,
  parseIpBlock,
  portNumberProblems,
  qualifiedNameProblems,
} from '../../formats/index.ts'
import type { EndpointAddress, EndpointPort, Endpoints, EndpointSubset } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { PROTOCOLS } from '../pod/containers.ts'

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by'

export const endpointsRules: KindRules<Endpoints> = {
  reportsMissing: true,
  validate: ({ subsets = [] }, old) => {
    const errors = subsets.flatMap((subset, index) => validateSubset(subset, `subsets[${index}]`))
    // What was let in once may stay.
    return errors.length > 0 && old !== undefined && sameValue(subsets, old.subsets) ? [] : errors
  },
  // Those of the controller are right.
  warnings: ({ metadata, subsets = [] }) =>
    metadata.labels?.[MANAGED_BY] === 'endpoint-controller'
      ? []
      : subsets.flatMap((subset, index) => [
          ...addressesOf(subset.addresses, `subsets[${index}].addresses`),
          ...addressesOf(subset.notReadyAddresses, `subsets[${index}].notReadyAddresses`),
        ]),
}

const addressesOf = (addresses: readonly EndpointAddress[] = [], path: string): string[] =>
  addresses.flatMap(({ ip }, index) => addressWarnings(`${path}[${index}].ip`, ip))

function validateSubset({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset, at: string) {
  const errors: FieldError[] = []
  if (addresses.length === 0 && notReadyAddresses.length === 0)
    errors.push(required(at, 'must specify `addresses` or `notReadyAddresses`'))
  addresses.forEach((one, index) => errors.push(...validateAddress(one, `${at}.addresses[${index}]`)))
  notReadyAddresses.forEach((one, index) => errors.push(...validateAddress(one, `${at}.notReadyAddresses[${index}]`)))
  ports.forEach((port, index) => errors.push(...validatePort(port, ports.length > 1, `${at}.ports[${index}]`)))
  return errors
}

function validateAddress({ ip = '', hostname, nodeName }: Partial<EndpointAddress>, at: string): FieldError[] {
  const errors = invalidFormat(`${at}.ip`, ip, ipAddressProblems(ip))
  if (hostname) errors.push(...invalidFormat(`${at}.hostname`, hostname, dnsLabelProblems(hostname)))
  if (nodeName !== undefined) errors.push(...invalidFormat(`${at}.nodeName`, nodeName, dnsSubdomainProblems(nodeName)))
  return [...errors, ...validateEndpointIp(ip, `${at}.ip`)]
}

/** Of the loopback's addresses, 127.64.0.0/10 are those of pods that run as plain processes of this machine
 *  (src/kubelet/process/loopback.ts): nothing of the node itself listens there. */
const BLOCKS = [
  [['127.0.0.0/10', '127.128.0.0/9', '::1/128'], 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [['169.254.0.0/16', 'fe80::/10'], 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [['224.0.0.0/24', 'ff02::/16'], 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
] as const

/** Endpoints must not lead to what only the node itself should reach. */
export function validateEndpointIp(ip: string, path: string): FieldError[] {
  const address = parseIpAddress(ip)
  if (address === undefined) return [invalidValue(path, ip, 'must be a valid IP address')]
  if (address.value === 0n) return [invalidValue(path, ip, `may not be unspecified (${ip})`)]
  return BLOCKS.filter(([blocks]) =>
    blocks.some((text) => {
      const block = parseIpBlock(text)
      return block !== undefined && blockContains(block, address)
    }),
  ).map(([, why]) => invalidValue(path, ip, why))
}

function validatePort(
  { name, port = 0, protocol = '', appProtocol }: Partial<EndpointPort>,
  named: boolean,
  at: string,
) {
  const errors: FieldError[] = []
  if (name) errors.push(...invalidFormat(`${at}.name`, name, dnsLabelProblems(name)))
  else if (named) errors.push(required(`${at}.name`))
  errors.push(...invalidFormat(`${at}.port`, port, portNumberProblems(port)))
  if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
  if (appProtocol !== undefined)
    errors.push(...invalidFormat(`${at}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol)))
  return errors
}
