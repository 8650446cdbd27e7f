/** Gives a Service what it needs and does not have, and takes from the pools what it asks for.
 *  Wording: k8s.io/kubernetes v1.34, pkg/registry/core/service (alloc.go, ipallocator, portallocator). */
import { apiError, type FieldError, invalid, type k8s, resources } from '../../api/index.ts'
import type { Reservation } from '../registry/strategy.ts'
import { formatIPv4, parseIPv4 } from './ipv4.ts'
import type { NumberPool } from './number-pool.ts'
import { type Allocations, allocationsOf, mayHoldNodePorts, type ServiceAllocator } from './service-allocator.ts'

/** Writes the allocated fields into `service`. Throws ApiError `Invalid` or `InternalError` (nothing is free), with
 *  nothing taken. */
export function reserveService(
  allocator: ServiceAllocator,
  service: k8s.Service,
  old: k8s.Service | undefined,
): Reservation {
  const held: Allocations = old === undefined ? { addresses: new Set(), ports: new Set() } : allocationsOf(old)
  const taken: Allocations = { addresses: new Set(), ports: new Set() }
  const undo = () => {
    for (const address of taken.addresses) allocator.addresses.release(address)
    for (const port of taken.ports) allocator.nodePorts.release(port)
  }
  try {
    reserveAddress(allocator.addresses, service, { held, taken, cidr: allocator.cidr })
    reserveNodePorts(allocator.nodePorts, service, { held, taken })
  } catch (error) {
    undo()
    throw error
  }
  const commit = () => {
    const kept = allocationsOf(service)
    for (const address of held.addresses) if (!kept.addresses.has(address)) allocator.addresses.release(address)
    for (const port of held.ports) if (!kept.ports.has(port)) allocator.nodePorts.release(port)
  }
  return { commit, undo }
}

/** Gives back everything a deleted Service held. */
export function releaseService(allocator: ServiceAllocator, service: k8s.Service): void {
  const { addresses, ports } = allocationsOf(service)
  for (const address of addresses) allocator.addresses.release(address)
  for (const port of ports) allocator.nodePorts.release(port)
}

function reserveAddress(
  pool: NumberPool,
  service: k8s.Service,
  { held, taken, cidr }: { held: Allocations; taken: Allocations; cidr: string },
): void {
  const spec = service.spec ?? {}
  if (spec.type === 'ExternalName' || spec.clusterIP === 'None') return
  const asked = spec.clusterIP || spec.clusterIPs?.[0]
  const address = asked ? askedAddress(asked) : pool.takeAny()
  if (address === undefined)
    throw apiError('InternalError', `Internal error occurred: failed to allocate a serviceIP: range is full`)
  if (asked && !held.addresses.has(address) && !pool.take(address))
    throw refuse(
      service,
      addressError(
        asked,
        pool.has(address)
          ? 'provided IP is already allocated'
          : `the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${cidr}`,
      ),
    )
  if (!held.addresses.has(address)) taken.addresses.add(address)
  spec.clusterIP = formatIPv4(address)
  spec.clusterIPs = [spec.clusterIP]

  function askedAddress(text: string): number {
    const parsed = parseIPv4(text)
    if (parsed === undefined) throw refuse(service, addressError(text, 'not an IPv4 address'))
    return parsed
  }
}

const addressError = (address: string, why: string): FieldError => ({
  type: 'FieldValueInvalid',
  field: 'spec.clusterIPs',
  message: `Invalid value: ${JSON.stringify([address])}: failed to allocate IP ${address}: ${why}`,
})

function reserveNodePorts(
  pool: NumberPool,
  service: k8s.Service,
  { held, taken }: { held: Allocations; taken: Allocations },
): void {
  const spec = service.spec ?? {}
  if (!mayHoldNodePorts(spec)) return
  // TCP and UDP of one number may share a node port.
  const protocols = new Map<number, Set<string>>()
  const take = (asked: number | undefined, field: string, protocol: string): number => {
    const sharers = asked ? protocols.get(asked) : undefined
    if (asked && sharers && !sharers.has(protocol)) {
      sharers.add(protocol)
      return asked
    }
    const port = asked || pool.takeAny()
    if (port === undefined)
      throw apiError('InternalError', 'Internal error occurred: failed to allocate a nodePort: range is full')
    const mine = held.ports.has(port) && sharers === undefined
    if (asked && !mine && !pool.take(port)) throw refuse(service, portError(pool, port, field))
    if (!mine) taken.ports.add(port)
    protocols.set(port, new Set([protocol]))
    return port
  }
  // What is asked for is given also where nothing is given unasked.
  for (const [i, port] of (spec.ports ?? []).entries())
    if (port.nodePort || spec.type === 'NodePort' || spec.allocateLoadBalancerNodePorts !== false)
      port.nodePort = take(port.nodePort, `spec.ports[${i}].nodePort`, port.protocol ?? 'TCP')
  if (needsHealthCheckPort(spec))
    spec.healthCheckNodePort = take(spec.healthCheckNodePort, 'spec.healthCheckNodePort', 'health check')
}

export function needsHealthCheckPort(spec: k8s.ServiceSpec): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
}

function portError(pool: NumberPool, port: number, field: string): FieldError {
  const { least, most } = pool.range
  const why = pool.has(port)
    ? 'provided port is already allocated'
    : `provided port is not in the valid range. The range of valid ports is ${least}-${most}`
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${port}: ${why}` }
}

const refuse = (service: k8s.Service, error: FieldError) => invalid(resources.services, service.metadata.name, [error])
