/** Services. Source: kubernetes v1.34, pkg/apis/core/validation (validateService, ValidateServiceUpdate). */
import { isIP } from 'node:net'
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  portNumberProblems,
  qualifiedNameProblems,
} from '../../formats/index.ts'
import type { Service, ServicePort, ServiceSpec } from '../../generated/types.ts'
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidFormat,
  invalidValue,
  notSupported,
  required,
} from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateLabels } from '../metadata.ts'
import { PROTOCOLS } from '../pod/containers.ts'
import { validatePort } from '../pod/probes.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const DAY_SECONDS = 86_400

const isHeadless = (spec: ServiceSpec) => spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None'

export const serviceRules: KindRules<Service> = {
  validate: ({ spec }) => (spec === undefined ? [] : validateSpec(spec)),
  validateUpdate: ({ spec }, { spec: old }) => {
    const [now, before] = [spec.clusterIPs ?? [], old.clusterIPs ?? []]
    if (spec.type === 'ExternalName' || old.type === 'ExternalName' || (isHeadless(spec) && isHeadless(old))) return []
    if (before.length > 0 && now.length === 0)
      return [invalidValue('spec.clusterIPs[0]', now, 'primary clusterIP can not be unset')]
    return before
      .slice(0, now.length)
      .flatMap((ip, index) =>
        ip === now[index] ? [] : [invalidValue(`spec.clusterIPs[${index}]`, now, 'may not change once set')],
      )
  },
}

function validateSpec(spec: ServiceSpec): FieldError[] {
  const ports = spec.ports ?? []
  const errors: FieldError[] = []
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') errors.push(required('spec.ports'))
  errors.push(...validateType(spec), ...validatePorts(ports, spec))
  errors.push(...validateLabels(spec.selector, 'spec.selector'), ...validateAffinity(spec), ...validateAddresses(spec))
  if (!TYPES.includes(spec.type ?? '')) errors.push(notSupported('spec.type', spec.type, TYPES))
  for (const field of ['internalTrafficPolicy', 'externalTrafficPolicy'] as const) {
    const policy = spec[field]
    if (policy && policy !== 'Cluster' && policy !== 'Local')
      errors.push(notSupported(`spec.${field}`, policy, ['Cluster', 'Local']))
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && spec.type !== 'LoadBalancer')
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', "may only be used when `type` is 'LoadBalancer'"))
  return errors
}

function validateType(spec: ServiceSpec): FieldError[] {
  const { type } = spec
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec))
    return [invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)]
  if (type !== 'ExternalName') return []
  const errors = (['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const)
    .filter((field) => (spec[field] ?? []).length > 0)
    .map((field) => forbidden(`spec.${field}`, 'may not be set for ExternalName services'))
  const name = (spec.externalName ?? '').replace(/\.$/, '')
  if (name === '') return [...errors, required('spec.externalName')]
  return [...errors, ...invalidFormat('spec.externalName', name, dnsSubdomainProblems(name))]
}

function validatePorts(ports: readonly ServicePort[], spec: ServiceSpec): FieldError[] {
  const names = new Set<string>()
  const numbers = new Set<string>()
  const nodePorts = new Set<string>()
  return ports.flatMap((port, index) => {
    const at = `spec.ports[${index}]`
    const { name, protocol = '', nodePort } = port
    const errors: FieldError[] = []
    if (name) errors.push(...invalidFormat(`${at}.name`, name, dnsLabelProblems(name)))
    else if (ports.length > 1) errors.push(required(`${at}.name`))
    if (name && names.has(name)) errors.push(duplicate(`${at}.name`, name))
    names.add(name ?? '')
    errors.push(...invalidFormat(`${at}.port`, port.port, portNumberProblems(port.port)))
    if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
    errors.push(...validatePort(port.targetPort, `${at}.targetPort`))
    if (port.appProtocol)
      errors.push(...invalidFormat(`${at}.appProtocol`, port.appProtocol, qualifiedNameProblems(port.appProtocol)))
    // Whether a node port may be had is its allocator's to say.
    if (nodePort && spec.type === 'ClusterIP')
      errors.push(forbidden(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'"))
    if (nodePort && nodePorts.has(`${protocol}/${nodePort}`)) errors.push(duplicate(`${at}.nodePort`, nodePort))
    nodePorts.add(`${protocol}/${nodePort}`)
    if (numbers.has(`${protocol}/${port.port}`)) errors.push(duplicate(at, { protocol, port: port.port }))
    numbers.add(`${protocol}/${port.port}`)
    return errors
  })
}

function validateAffinity({ sessionAffinity: affinity, sessionAffinityConfig: config }: ServiceSpec): FieldError[] {
  if (affinity !== 'None' && affinity !== 'ClientIP')
    return [notSupported('spec.sessionAffinity', affinity, ['ClientIP', 'None'])]
  const seconds = config?.clientIP?.timeoutSeconds
  if (seconds === undefined || (seconds > 0 && seconds <= DAY_SECONDS)) return []
  const path = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'
  return [invalidValue(path, seconds, `must be greater than 0 and less than ${DAY_SECONDS}`)]
}

function validateAddresses(spec: ServiceSpec): FieldError[] {
  const { clusterIP, clusterIPs = [], externalIPs = [] } = spec
  const errors: FieldError[] = []
  if (clusterIP && clusterIPs.length > 0 && clusterIPs[0] !== clusterIP)
    errors.push(invalidValue('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`'))
  const all = clusterIP && clusterIPs.length === 0 ? [clusterIP] : clusterIPs
  all.forEach((ip, index) => {
    if (ip === 'None' && all.length > 1)
      errors.push(invalidValue('spec.clusterIPs', all, "'None' must be the first and only value"))
    else if (ip !== 'None' && isIP(ip) === 0) errors.push(notAnAddress(ip, `spec.clusterIPs[${index}]`))
  })
  externalIPs.forEach((ip, index) => {
    if (isIP(ip) === 0) errors.push(notAnAddress(ip, `spec.externalIPs[${index}]`))
  })
  return errors
}

const notAnAddress = (ip: string, path: string) =>
  invalidValue(path, ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')
