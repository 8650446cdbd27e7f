/** A container's requests and limits as what a control group takes, and the pod's quality of service. Pure. Sources:
 *  Kubernetes v1.34, pkg/kubelet/cm/helpers_linux.go, pkg/kubelet/qos/policy.go, pkg/apis/core/v1/helper/qos. */
import { type k8s, quantityMilli, quantityValue } from '../../api/index.ts'
import type { Resources } from '../runtime/runtime.ts'

const SHARES_PER_CPU = 1024
const MIN_SHARES = 2
const PERIOD_MICROS = 100_000
const MIN_QUOTA_MICROS = 1_000

const milli = (value: k8s.Quantity | undefined) => (value === undefined ? undefined : quantityMilli(value))
const bytes = (value: k8s.Quantity | undefined) => (value === undefined ? undefined : quantityValue(value))

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

export function qosClass(pod: k8s.Pod): QosClass {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
  const asked = containers.some(({ resources }) =>
    (['cpu', 'memory'] as const).some(
      (name) => (milli(resources?.requests?.[name]) ?? 0) > 0 || (milli(resources?.limits?.[name]) ?? 0) > 0,
    ),
  )
  if (!asked) return 'BestEffort'
  const exact = containers.every(({ resources }) =>
    (['cpu', 'memory'] as const).every((name) => {
      const limit = milli(resources?.limits?.[name])
      return limit !== undefined && limit > 0 && limit === (milli(resources?.requests?.[name]) ?? limit)
    }),
  )
  return exact ? 'Guaranteed' : 'Burstable'
}

function oomScoreAdj(pod: k8s.Pod, container: k8s.Container, machineMemoryBytes: number): number {
  const qos = qosClass(pod)
  if (qos === 'Guaranteed') return -997
  if (qos === 'BestEffort') return 1000
  const request = bytes(container.resources?.requests?.memory) ?? 0
  const score = 1000 - Math.floor((1000 * request) / machineMemoryBytes)
  return Math.min(Math.max(score, 3), 999)
}

export function containerResources(pod: k8s.Pod, container: k8s.Container, machineMemoryBytes: number): Resources {
  const { requests, limits } = container.resources ?? {}
  const requestedMilli = milli(requests?.cpu) ?? milli(limits?.cpu) ?? 0
  const limitMilli = milli(limits?.cpu) ?? 0
  return {
    cpuShares: Math.max(Math.floor((requestedMilli * SHARES_PER_CPU) / 1000), MIN_SHARES),
    cpuPeriodMicros: PERIOD_MICROS,
    cpuQuotaMicros: limitMilli === 0 ? 0 : Math.max((limitMilli * PERIOD_MICROS) / 1000, MIN_QUOTA_MICROS),
    memoryLimitBytes: bytes(limits?.memory) ?? 0,
    oomScoreAdj: oomScoreAdj(pod, container, machineMemoryBytes),
  }
}
