/** What a Service costs a quota. Source: kubernetes v1.34, pkg/quota/v1/evaluator/core/services.go. */
import type { Service } from '../generated/types.ts'
import { countName } from './names.ts'

const COUNT = countName({ group: '', plural: 'services' })
const NAMES = [COUNT, 'services', 'services.nodeports', 'services.loadbalancers']

export const isServiceQuota = (name: string): boolean => NAMES.includes(name)

export function serviceUsage({ spec }: Service): Record<string, string> {
  const balanced = spec?.type === 'LoadBalancer'
  return {
    [COUNT]: '1',
    services: '1',
    'services.nodeports': String(balanced || spec?.type === 'NodePort' ? nodePorts(spec) : 0),
    'services.loadbalancers': balanced ? '1' : '0',
  }
}

/** Those that will be allocated count already. */
function nodePorts({ type, ports = [], allocateLoadBalancerNodePorts }: NonNullable<Service['spec']>): number {
  if (type === 'NodePort' || allocateLoadBalancerNodePorts !== false) return ports.length
  return ports.filter(({ nodePort }) => !!nodePort).length
}
