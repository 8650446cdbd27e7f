/** A container's requests and limits as what a control group takes, and the pod's quality of service. Pure. Sources:
 *  Kubernetes v1.34, pkg/kubelet/cm/helpers_linux.go, pkg/kubelet/qos/policy.go, pkg/apis/core/v1/helper/qos. */
import { type k8s, quantityMilli, quantityValue } from '../../api/index.ts'
import { qosClassOf } from '../../api/machinery.ts'
import type { Resources } from '../runtime/runtime.ts'
import { isSidecar } from './containers.ts'

const SHARES_PER_CPU = 1024
const MIN_SHARES = 2
const PERIOD_MICROS = 100_000
const MIN_QUOTA_MICROS = 1_000

const milli = (value: k8s.Quantity | undefined) => (value === undefined ? undefined : quantityMilli(value))
const bytes = (value: k8s.Quantity | undefined) => (value === undefined ? undefined : quantityValue(value))

const memoryRequest = ({ resources }: k8s.Container) => bytes(resources?.requests?.memory) ?? 0
const CRITICAL_PRIORITY = 2_000_001_000

/** What of a pod's own request for memory its containers leave, for each of them. */
function remainingMemoryPerContainer({ spec }: k8s.Pod): number {
  const whole = bytes(spec.resources?.requests?.memory)
  if (whole === undefined) return 0
  const all = [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)]
  return Math.max(0, Math.floor((whole - all.reduce((sum, one) => sum + memoryRequest(one), 0)) / all.length))
}

function oomScoreAdj(pod: k8s.Pod, container: k8s.Container, machineMemoryBytes: number): number {
  if ((pod.spec.priority ?? 0) >= CRITICAL_PRIORITY) return -997
  const qos = qosClassOf(pod.spec)
  if (qos === 'Guaranteed') return -997
  if (qos === 'BestEffort') return 1000
  const remaining = remainingMemoryPerContainer(pod)
  const score = (request: number) => 1000 - Math.floor((1000 * (request + remaining)) / machineMemoryBytes)
  const own = score(memoryRequest(container))
  // A sidecar is not killed before the containers that it is for.
  const least = score(Math.min(...pod.spec.containers.map(memoryRequest)))
  const ofSidecar = pod.spec.initContainers?.some((one) => one.name === container.name && isSidecar(one))
  return Math.min(Math.max(ofSidecar ? Math.min(own, least) : own, 3), 999)
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
