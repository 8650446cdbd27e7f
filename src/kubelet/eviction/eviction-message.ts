/** Why a pod is sent away. Pure. Source: Kubernetes v1.34, pkg/kubelet/eviction/helpers.go (evictionMessage). */
import { formatQuantity, type k8s, quantityValue } from '../../api/index.ts'
import { type Observations, SIGNALS, type StarvedResource } from './signals.ts'
import { type Threshold, thresholdAmount } from './thresholds.ts'

const TOLD_OF_CONTAINERS: ReadonlySet<StarvedResource> = new Set(['memory', 'ephemeral-storage'])

/** By container, in bytes: of memory or of the disk. */
export type ContainerUse = ReadonlyMap<string, number>

/** Bytes with binary suffixes, other things without. */
const printed = (value: number, resource: StarvedResource): string =>
  formatQuantity({
    digits: BigInt(Math.trunc(value)),
    exponent: 0,
    format: resource === 'memory' || resource === 'ephemeral-storage' ? 'BinarySI' : 'DecimalSI',
  })

export interface EvictionReason {
  resource: StarvedResource
  met: readonly Threshold[]
  observations: Observations
}

export function evictionMessage(pod: k8s.Pod, use: ContainerUse, reason: EvictionReason): string {
  const { resource, met, observations } = reason
  const parts = [`The node was low on resource: ${resource}. `]
  const threshold = met.find(({ signal }) => SIGNALS[signal].resource === resource)
  const observed = threshold && observations[threshold.signal]
  if (threshold !== undefined && observed !== undefined) {
    const quantity = printed(thresholdAmount(threshold, observed.capacity), resource)
    parts.push(`Threshold quantity: ${quantity}, available: ${printed(observed.available, resource)}. `)
  }
  if (!TOLD_OF_CONTAINERS.has(resource)) return parts.join('')
  for (const { name, resources } of [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]) {
    const used = use.get(name)
    const request = resources?.requests?.[resource] ?? '0'
    if (used !== undefined && used > quantityValue(request))
      parts.push(
        `Container ${name} was using ${printed(used, resource)}, request is ${request}, has larger consumption of ${resource}. `,
      )
  }
  return parts.join('')
}
