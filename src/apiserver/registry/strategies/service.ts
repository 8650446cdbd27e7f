/** Services: which fields the server fills, keeps over updates, and drops when the type changes.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/service (strategy.go, storage.go, alloc.go). */
import type { k8s } from '../../../api/index.ts'
import { needsHealthCheckPort, releaseService, reserveService } from '../../allocation/reserve-service.ts'
import type { AnyObject } from '../any-object.ts'
import { sameJson } from '../same-json.ts'
import type { Strategy } from '../strategy.ts'
import { setFamilies } from './service-families.ts'

const serviceOf = (object: AnyObject) => object as unknown as k8s.Service

export const serviceStrategy: Strategy = {
  returnDeletedObject: true,
  prepareForCreate(object) {
    const service = serviceOf(object)
    const spec = (service.spec ??= {})
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
    setFamilies(service, undefined)
    dropInternalPolicy(spec)
    service.status = { loadBalancer: {} }
  },
  prepareForUpdate(object, old) {
    const service = serviceOf(object)
    const before = serviceOf(old).spec ?? {}
    service.spec ??= {}
    keepAllocated(service.spec, before)
    agreeOnAddress(service.spec, before)
    setFamilies(service, before)
    dropUnused(service.spec, before)
    dropInternalPolicy(service.spec)
    if (service.spec.type !== 'LoadBalancer') service.status = { ...service.status, loadBalancer: {} }
  },
  reserve: (object, old, { services }) =>
    reserveService(services, serviceOf(object), old === undefined ? undefined : serviceOf(old)),
  afterDelete: (object, { services }) => releaseService(services, serviceOf(object)),
}

/** An ExternalName has no traffic of its own; what defaults gave it is not shown. */
function dropInternalPolicy(spec: k8s.ServiceSpec): void {
  const { type, internalTrafficPolicy: policy } = spec
  if (type === 'ExternalName' && (policy === 'Cluster' || policy === 'Local')) delete spec.internalTrafficPolicy
}

const sameAddresses = (a: k8s.ServiceSpec, b: k8s.ServiceSpec) =>
  (a.clusterIP ?? '') === (b.clusterIP ?? '') && sameJson(a.clusterIPs ?? [], b.clusterIPs ?? [])

/** Clients that know only one of the two fields mean both. */
function agreeOnAddress(spec: k8s.ServiceSpec, before: k8s.ServiceSpec): void {
  if (before.clusterIPs?.length && !spec.clusterIPs?.length && spec.clusterIP === before.clusterIP)
    spec.clusterIPs = [...before.clusterIPs]
  if ((spec.clusterIP ?? '') === (before.clusterIP ?? '')) return
  if (!sameJson(spec.clusterIPs ?? [], before.clusterIPs ?? [])) return
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP]
  else delete spec.clusterIPs
}

/** An update that leaves out what was allocated keeps it, as long as its type has use for it. */
function keepAllocated(spec: k8s.ServiceSpec, before: k8s.ServiceSpec): void {
  if (spec.type !== 'ExternalName' && before.type !== 'ExternalName') {
    if (!spec.clusterIP && before.clusterIP) spec.clusterIP = before.clusterIP
    if (!spec.clusterIPs?.length && before.clusterIPs?.length) spec.clusterIPs = [...before.clusterIPs]
  }
  if (hasNodePorts(spec) && hasNodePorts(before)) keepNodePorts(spec, before)
  if (needsHealthCheckPort(spec) && needsHealthCheckPort(before) && before.healthCheckNodePort)
    spec.healthCheckNodePort ||= before.healthCheckNodePort
}

/** By the ports' names, and none that is asked for by another. */
function keepNodePorts(spec: k8s.ServiceSpec, before: k8s.ServiceSpec): void {
  const asked = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort))
  for (const port of spec.ports ?? []) {
    const kept = (before.ports ?? []).findLast(({ name }) => (name ?? '') === (port.name ?? ''))?.nodePort
    if (!port.nodePort && kept && !asked.has(kept)) port.nodePort = kept
  }
}

const hasNodePorts = (spec: k8s.ServiceSpec) =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
const mayHaveNodePorts = ({ type }: k8s.ServiceSpec) => type === 'NodePort' || type === 'LoadBalancer'
const isExternal = (spec: k8s.ServiceSpec) =>
  mayHaveNodePorts(spec) || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0)

/** What was only there for the old type goes with it, unless the update asks for something else in its place. */
function dropUnused(spec: k8s.ServiceSpec, before: k8s.ServiceSpec): void {
  if (spec.type === 'ExternalName' && before.type !== 'ExternalName') {
    if (sameAddresses(spec, before)) {
      delete spec.clusterIP
      delete spec.clusterIPs
    }
    if (sameJson(spec.ipFamilies, before.ipFamilies)) delete spec.ipFamilies
    if (spec.ipFamilyPolicy === before.ipFamilyPolicy) delete spec.ipFamilyPolicy
  }
  if (!mayHaveNodePorts(spec) && mayHaveNodePorts(before)) {
    const had = new Set((before.ports ?? []).map(({ nodePort }) => nodePort))
    const ports = spec.ports ?? []
    if (ports.every(({ nodePort }) => !nodePort || had.has(nodePort))) for (const port of ports) delete port.nodePort
  }
  const isChecked = needsHealthCheckPort(before) && !needsHealthCheckPort(spec)
  if (isChecked && spec.healthCheckNodePort === before.healthCheckNodePort) delete spec.healthCheckNodePort
  if (spec.type !== 'LoadBalancer' && before.type === 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts)
      delete spec.allocateLoadBalancerNodePorts
    if (spec.loadBalancerClass === before.loadBalancerClass) delete spec.loadBalancerClass
  }
  if (isExternal(before) && !isExternal(spec) && spec.externalTrafficPolicy === before.externalTrafficPolicy)
    delete spec.externalTrafficPolicy
}
