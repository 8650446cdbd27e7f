/** Services: which fields the server fills, keeps over updates, and drops when the type changes.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/service (strategy.go, storage.go, alloc.go). */
import { type FieldError, invalid, type k8s, resources } from '../../../api/index.ts'
import { needsHealthCheckPort, releaseService, reserveService } from '../../allocation/reserve-service.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'

const serviceOf = (object: AnyObject) => object as unknown as k8s.Service

export const serviceStrategy: Strategy = {
  returnDeletedObject: true,
  prepareForCreate(object) {
    const service = serviceOf(object)
    service.spec ??= {}
    agreeOnAddress(service.spec)
    setFamilies(service)
    service.status = { loadBalancer: {} }
  },
  prepareForUpdate(object, old) {
    const service = serviceOf(object)
    const before = serviceOf(old).spec ?? {}
    service.spec ??= {}
    keepAllocated(service.spec, before)
    checkAddressKept(service, before)
    agreeOnAddress(service.spec)
    dropUnused(service.spec, before)
    setFamilies(service)
  },
  reserve: (object, old, { services }) =>
    reserveService(services, serviceOf(object), old === undefined ? undefined : serviceOf(old)),
  afterDelete: (object, { services }) => releaseService(services, serviceOf(object)),
}

/** `clusterIP` is `clusterIPs[0]`; either may be given. */
function agreeOnAddress(spec: k8s.ServiceSpec): void {
  if (spec.type === 'ExternalName') return
  if (!spec.clusterIP && spec.clusterIPs?.[0]) spec.clusterIP = spec.clusterIPs[0]
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
}

function setFamilies(service: k8s.Service): void {
  const spec = service.spec ?? {}
  if (spec.type === 'ExternalName') {
    delete spec.ipFamilies
    delete spec.ipFamilyPolicy
    return
  }
  const errors: FieldError[] = []
  if (spec.ipFamilyPolicy === 'RequireDualStack')
    errors.push(
      wrong('spec.ipFamilyPolicy', '"RequireDualStack"', 'this cluster is not configured for dual-stack services'),
    )
  for (const [i, family] of (spec.ipFamilies ?? []).entries())
    if (family !== 'IPv4')
      errors.push(wrong(`spec.ipFamilies[${i}]`, JSON.stringify(family), 'not configured on this cluster'))
  if (errors.length > 0) throw invalid(resources.services, service.metadata.name, errors)
  spec.ipFamilies = ['IPv4']
  spec.ipFamilyPolicy ??= 'SingleStack'
}

/** An update that leaves out what was allocated keeps it, as long as its type has use for it. */
function keepAllocated(spec: k8s.ServiceSpec, before: k8s.ServiceSpec): void {
  if (spec.type !== 'ExternalName' && before.type !== 'ExternalName' && !spec.clusterIP && !spec.clusterIPs?.length) {
    if (before.clusterIP) spec.clusterIP = before.clusterIP
    if (before.clusterIPs) spec.clusterIPs = [...before.clusterIPs]
  }
  if (hasNodePorts(spec) && hasNodePorts(before)) {
    const asked = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort))
    for (const port of spec.ports ?? []) {
      const same = (before.ports ?? []).find((other) => samePort(other, port))
      if (!port.nodePort && same?.nodePort && !asked.has(same.nodePort)) port.nodePort = same.nodePort
    }
  }
  if (needsHealthCheckPort(spec) && needsHealthCheckPort(before) && before.healthCheckNodePort)
    spec.healthCheckNodePort ??= before.healthCheckNodePort
}

const hasNodePorts = (spec: k8s.ServiceSpec) => spec.type === 'NodePort' || spec.type === 'LoadBalancer'
const samePort = (a: k8s.ServicePort, b: k8s.ServicePort) =>
  a.port === b.port && (a.protocol ?? 'TCP') === (b.protocol ?? 'TCP')

/** The primary address of a Service stays for its life, unless it becomes or stops being an ExternalName. */
function checkAddressKept(service: k8s.Service, before: k8s.ServiceSpec): void {
  const spec = service.spec ?? {}
  if (spec.type === 'ExternalName' || before.type === 'ExternalName' || !before.clusterIP) return
  const asked = spec.clusterIP ?? ''
  if (asked === before.clusterIP && (spec.clusterIPs?.[0] ?? asked) === asked) return
  const value = `[]string{${JSON.stringify(spec.clusterIPs?.[0] ?? asked)}}`
  throw invalid(resources.services, service.metadata.name, [
    wrong('spec.clusterIPs[0]', value, 'may not change once set'),
  ])
}

/** What was only there for the old type goes with it, unless the update asks for it in so many words. */
function dropUnused(spec: k8s.ServiceSpec, before: k8s.ServiceSpec): void {
  if (spec.type === 'ExternalName' && before.type !== 'ExternalName') {
    if (spec.clusterIP === before.clusterIP) delete spec.clusterIP
    if (spec.clusterIPs?.[0] === before.clusterIPs?.[0]) delete spec.clusterIPs
  }
  if (!hasNodePorts(spec) && hasNodePorts(before)) {
    for (const port of spec.ports ?? [])
      if ((before.ports ?? []).some(({ nodePort }) => nodePort === port.nodePort)) delete port.nodePort
    if (spec.externalTrafficPolicy === before.externalTrafficPolicy) delete spec.externalTrafficPolicy
  }
  if (!needsHealthCheckPort(spec) && spec.healthCheckNodePort === before.healthCheckNodePort)
    delete spec.healthCheckNodePort
  if (spec.type !== 'LoadBalancer' && before.type === 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts)
      delete spec.allocateLoadBalancerNodePorts
    if (spec.loadBalancerClass === before.loadBalancerClass) delete spec.loadBalancerClass
  }
}

const wrong = (field: string, value: string, why: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${value}: ${why}`,
})
