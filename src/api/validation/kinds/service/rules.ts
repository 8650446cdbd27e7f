/** Services. Source: kubernetes v1.34, pkg/apis/core/validation (validateService, ValidateServiceUpdate). */
import { dnsSubdomainProblems } from '../../../formats/index.ts'
import type { Service, ServiceSpec } from '../../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../../field-error.ts'
import type { KindRules } from '../../kind-rules.ts'
import { validateLabels } from '../../metadata.ts'
import { validateEndpointIp } from '../endpoints.ts'
import {
  isHeadless,
  validateAddressChange,
  validateClusterAddresses,
  validateFamilyChange,
  validateLegacyAddress,
} from './addresses.ts'
import { balancerWarnings, validateBalancerStatus } from './balancer-status.ts'
import { duplicatePorts, validatePorts } from './ports.ts'
import {
  validateAffinity,
  validateClass,
  validateNodePortsOf,
  validatePolicies,
  validateSources,
  validateTrafficChange,
} from './traffic.ts'
import { serviceWarnings } from './warnings.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const HINTS = 'service.kubernetes.io/topology-aware-hints'
const MODE = 'service.kubernetes.io/topology-mode'

export const serviceRules: KindRules<Service> = {
  reportsMissing: true,
  validate: (service, old) => [
    ...(old === undefined ? [] : validateChange(service.spec ?? {}, old.spec ?? {})),
    ...validateService(service, old),
  ],
  validateStatusUpdate: ({ spec, status }, old) => validateBalancerStatus(status, old.status, spec ?? {}),
  statusWarnings: ({ status }) => balancerWarnings(status),
  warnings: serviceWarnings,
}

const validateChange = (spec: ServiceSpec, old: ServiceSpec): FieldError[] => [
  ...validateAddressChange(spec, old),
  ...validateFamilyChange(spec, old),
  ...validateTrafficChange(spec, old),
]

function validateService(service: Service, old: Service | undefined): FieldError[] {
  const { metadata, spec } = service
  const { ports = [], type = '' } = spec
  const errors = validateTopology(metadata.annotations)
  if (ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName') errors.push(required('spec.ports'))
  errors.push(...validateType(spec), ...validatePorts(ports), ...validateLabels(spec.selector, 'spec.selector'))
  errors.push(...validateAffinity(spec), ...validateClusterAddresses(spec, old?.spec))
  errors.push(...validateExternalAddresses(spec, old?.spec))
  if (type === '') errors.push(required('spec.type'))
  else if (!TYPES.includes(type)) errors.push(notSupported('spec.type', type, TYPES))
  ports.forEach(({ nodePort }, index) => {
    if (type === 'ClusterIP' && nodePort)
      errors.push(forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'"))
  })
  errors.push(...duplicatePorts(ports), ...validateSources(service, old), ...validateNodePortsOf(spec))
  return [...errors, ...validateClass(spec), ...validatePolicies(spec)]
}

function validateTopology(annotations: Record<string, string> = {}): FieldError[] {
  const [hints, mode] = [annotations[HINTS], annotations[MODE]]
  if (hints === undefined || mode === undefined || hints === mode) return []
  const why = `must match annotations[${HINTS}] when both are specified`
  return [invalidValue(`metadata.annotations[${MODE}]`, mode, why)]
}

function validateType(spec: ServiceSpec): FieldError[] {
  const { type } = spec
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec))
    return [invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)]
  if (type !== 'ExternalName') return []
  const errors = (['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const)
    .filter((field) => (spec[field] ?? []).length > 0)
    .map((field) => forbidden(`spec.${field}`, 'may not be set for ExternalName services'))
  // A dot at its end makes it absolute.
  const name = (spec.externalName ?? '').replace(/\.$/, '')
  if (name === '') return [...errors, required('spec.externalName')]
  return [...errors, ...invalidFormat('spec.externalName', name, dnsSubdomainProblems(name))]
}

const validateExternalAddresses = ({ externalIPs = [] }: ServiceSpec, old: ServiceSpec | undefined): FieldError[] =>
  externalIPs.flatMap((address, index) => {
    const at = `spec.externalIPs[${index}]`
    const errors = validateLegacyAddress(address, at, old?.externalIPs)
    return errors.length > 0 ? errors : validateEndpointIp(address, at)
  })
