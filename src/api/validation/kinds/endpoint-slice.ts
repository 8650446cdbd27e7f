/** EndpointSlices. Source: kubernetes v1.34, pkg/apis/discovery/validation. */
import {
  addressWarnings,
  canonicalAddressProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  ipAddressProblems,
  labelValueProblems,
  parseIpAddress,
  qualifiedNameProblems,
} from '../../formats/index.ts'
import type { DiscoveryEndpointPort, Endpoint, EndpointHints, EndpointSlice } from '../../generated/types.ts'
import {
  duplicate,
  type FieldError,
  invalidFormat,
  invalidValue,
  notSupported,
  required,
  tooMany,
} from '../field-error.ts'
import { immutable, sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateLabels } from '../metadata.ts'
import { PROTOCOLS } from '../pod/containers.ts'
import { validateEndpointIp } from './endpoints.ts'

const TYPES = ['FQDN', 'IPv4', 'IPv6']
const MAX = { endpoints: 1000, ports: 20_000, addresses: 100, topology: 16, hints: 8 } as const

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const CONTROLLERS = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']

export const endpointSliceRules: KindRules<EndpointSlice> = {
  reportsMissing: true,
  validate: ({ addressType = '', ports = [], endpoints = [] }: Partial<EndpointSlice>, old) => {
    const errors: FieldError[] = []
    if (addressType === '') errors.push(required('addressType'))
    else if (!TYPES.includes(addressType)) errors.push(notSupported('addressType', addressType, TYPES))
    errors.push(...validatePorts(ports))
    const own = validateEndpoints(endpoints, addressType)
    // What was let in once may stay.
    const isKept = own.length > 0 && old !== undefined && sameValue(endpoints, old.endpoints)
    return isKept ? errors : [...errors, ...own]
  },
  validateUpdate: (slice, old) => immutable(slice.addressType, old.addressType, 'addressType'),
  warnings: sliceWarnings,
}

function sliceWarnings(
  { metadata, addressType, endpoints = [] }: Partial<EndpointSlice>,
  old: EndpointSlice | undefined,
): string[] {
  // The path begins with a field that there is not, as Kubernetes has it.
  const isNamed = old === undefined && addressType === 'FQDN'
  const warnings = isNamed ? ['spec.addressType: FQDN endpoints are deprecated'] : []
  if (CONTROLLERS.includes(metadata?.labels?.[MANAGED_BY] ?? '')) return warnings
  const each = endpoints.flatMap(({ addresses = [] }: Partial<Endpoint>, index) =>
    addresses.flatMap((address, place) => addressWarnings(`endpoints[${index}].addresses[${place}]`, address)),
  )
  return [...warnings, ...each]
}

function validatePorts(ports: readonly DiscoveryEndpointPort[]): FieldError[] {
  if (ports.length > MAX.ports) return [tooMany('ports', ports.length, MAX.ports)]
  const names = new Set<string>()
  return ports.flatMap(({ name = '', protocol, appProtocol }, index) => {
    const at = `ports[${index}]`
    const errors = name === '' ? [] : invalidFormat(`${at}.name`, name, dnsLabelProblems(name))
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
    names.add(name)
    if (protocol === undefined) errors.push(required(`${at}.protocol`))
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
    if (appProtocol !== undefined)
      errors.push(...invalidFormat(`${at}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol)))
    return errors
  })
}

function validateEndpoints(endpoints: readonly Endpoint[], type: string): FieldError[] {
  if (endpoints.length > MAX.endpoints) return [tooMany('endpoints', endpoints.length, MAX.endpoints)]
  return endpoints.flatMap((endpoint, index) => validateEndpoint(endpoint, type, `endpoints[${index}]`))
}

function validateEndpoint(endpoint: Partial<Endpoint>, type: string, at: string): FieldError[] {
  const { addresses = [], nodeName, deprecatedTopology, hostname, hints } = endpoint
  const path = `${at}.addresses`
  const errors: FieldError[] = []
  if (addresses.length === 0) errors.push(required(path, 'must contain at least 1 address'))
  else if (addresses.length > MAX.addresses) errors.push(tooMany(path, addresses.length, MAX.addresses))
  addresses.forEach((address, index) => errors.push(...validateAddress(address, type, { path, index })))
  if (nodeName !== undefined) errors.push(...invalidFormat(`${at}.nodeName`, nodeName, dnsSubdomainProblems(nodeName)))
  const topology = Object.keys(deprecatedTopology ?? {}).length
  if (topology > MAX.topology) errors.push(tooMany(`${at}.deprecatedTopology`, topology, MAX.topology))
  errors.push(...validateLabels(deprecatedTopology, `${at}.deprecatedTopology`))
  if (hostname !== undefined) errors.push(...invalidFormat(`${at}.hostname`, hostname, dnsLabelProblems(hostname)))
  return hints === undefined ? errors : [...errors, ...validateHints(hints, `${at}.hints`)]
}

function validateAddress(address: string, type: string, { path, index }: { path: string; index: number }) {
  const at = `${path}[${index}]`
  if (type === 'FQDN') return validateDomain(address, at)
  if (type !== 'IPv4' && type !== 'IPv6') return []
  const problems = type === 'IPv4' ? ipAddressProblems(address) : canonicalAddressProblems(address)
  if (problems.length > 0) return invalidFormat(at, address, problems)
  const errors: FieldError[] = []
  if (`IPv${parseIpAddress(address)?.family}` !== type)
    errors.push(invalidValue(path, address, `must be an ${type} address`))
  return [...errors, ...validateEndpointIp(address, at)]
}

function validateDomain(address: string, at: string): FieldError[] {
  if (address === '') return [required(at)]
  const name = address.replace(/\.$/, '')
  const problems = dnsSubdomainProblems(name)
  if (problems.length > 0) return [invalidValue(at, name, problems.join(','))]
  const labels = name.split('.')
  if (labels.length < 2)
    return [invalidValue(at, name, 'should be a domain with at least two segments separated by dots')]
  const bad = labels.find((label) => dnsLabelProblems(label).length > 0)
  return bad === undefined ? [] : [invalidValue(at, bad, dnsLabelProblems(bad).join(','))]
}

function validateHints({ forZones = [], forNodes = [] }: EndpointHints, at: string): FieldError[] {
  if (forZones.length > MAX.hints) return [tooMany(`${at}.forZones`, forZones.length, MAX.hints)]
  const errors = validateNames(forZones, `${at}.forZones`, labelValueProblems)
  if (forNodes.length > MAX.hints) return [...errors, tooMany(`${at}.forNodes`, forNodes.length, MAX.hints)]
  return [...errors, ...validateNames(forNodes, `${at}.forNodes`, dnsSubdomainProblems)]
}

function validateNames(items: readonly { name?: string }[], path: string, problemsOf: (name: string) => string[]) {
  const names = new Set<string>()
  return items.flatMap(({ name = '' }, index) => {
    const at = `${path}[${index}].name`
    const errors = names.has(name) ? [duplicate(at, name)] : []
    names.add(name)
    return [...errors, ...invalidFormat(at, name, problemsOf(name))]
  })
}
