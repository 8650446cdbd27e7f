/** How many pods a usage asks for. Pure. Source: Kubernetes v1.34, pkg/controller/podautoscaler/replica_calculator.go and
 *  metrics/utilization.go. Numbers of usage are thousandths of their unit. */
import { type k8s, quantityMilli } from '../../api/index.ts'
import { isPodReady } from '../objects/index.ts'
import { groupPods } from './group-pods.ts'
import type { PodMetricsInfo } from './pod-metrics.ts'

export interface Tolerances {
  scaleUp: number
  scaleDown: number
}

export const TOLERANCE = 0.1

/** What is near enough to leave things as they are. */
const isWithin = ({ scaleUp, scaleDown }: Tolerances, ratio: number): boolean =>
  1 - scaleDown <= ratio && ratio <= 1 + scaleUp

export interface Proposal {
  replicas: number
  /** On average, in thousandths. */
  usage: number
  /** In percent of what is requested. */
  utilization?: number
}

interface PodsInput {
  currentReplicas: number
  /** Those that the scale's selector selects. */
  pods: readonly k8s.Pod[]
  metrics: PodMetricsInfo
  tolerances: Tolerances
  /** CPU is not believed of pods that start. */
  isCpu: boolean
  nowMs: number
}

interface Usage {
  ratio: number
  usage: number
  utilization?: number
}

interface Rule {
  /** Throws an Error that says why there is none. */
  usageOf(metrics: ReadonlyMap<string, number>): Usage
  /** What a pod without a metric is taken to use when the others use little. */
  whenMissing(pod: string): number
}

/** Throws an Error, worded as Kubernetes words it. */
export function replicasForUtilization(
  input: PodsInput & { targetUtilization: number; resource: string; container: string | undefined },
): Proposal {
  const { targetUtilization } = input
  let requests: ReadonlyMap<string, number> | undefined
  const requested = () => (requests ??= podRequests(input))
  return replicasFor(input, {
    usageOf(metrics) {
      let used = 0
      let asked = 0
      let count = 0
      for (const [pod, value] of metrics) {
        const request = requested().get(pod)
        if (request === undefined) continue
        used += value
        asked += request
        count++
      }
      if (asked === 0) throw new Error('no metrics returned matched known pods')
      const utilization = Math.trunc((used * 100) / asked)
      return { ratio: utilization / targetUtilization, utilization, usage: Math.trunc(used / count) }
    },
    whenMissing: (pod) => Math.trunc(((requested().get(pod) ?? 0) * Math.max(100, targetUtilization)) / 100),
  })
}

/** Throws an Error, worded as Kubernetes words it. */
export function replicasForUsage(input: PodsInput & { targetUsage: number }): Proposal {
  const { targetUsage } = input
  return replicasFor(input, {
    usageOf(metrics) {
      const usage = Math.trunc([...metrics.values()].reduce((sum, value) => sum + value, 0) / metrics.size)
      return { ratio: usage / targetUsage, usage }
    },
    whenMissing: () => targetUsage,
  })
}

function replicasFor(input: PodsInput, rule: Rule): Proposal {
  const { pods, tolerances, currentReplicas } = input
  if (pods.length === 0) throw new Error('no pods returned by selector while calculating replica count')
  const { readyCount, unready, missing, ignored } = groupPods(pods, input.metrics, input)
  const metrics = new Map(
    [...input.metrics]
      .filter(([pod]) => !ignored.has(pod) && !unready.has(pod))
      .map(([pod, { value }]) => [pod, value]),
  )
  if (metrics.size === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)')
  const { ratio, ...told } = rule.usageOf(metrics)
  const propose = (replicas: number): Proposal => ({ replicas, ...told })

  const upWithUnready = unready.size > 0 && ratio > 1
  if (!upWithUnready && missing.size === 0)
    return propose(isWithin(tolerances, ratio) ? currentReplicas : Math.ceil(ratio * readyCount))

  // Those that say nothing are taken to speak against the change.
  if (ratio !== 1) for (const pod of missing) metrics.set(pod, ratio < 1 ? rule.whenMissing(pod) : 0)
  if (upWithUnready) for (const pod of unready) metrics.set(pod, 0)

  const careful = rule.usageOf(metrics).ratio
  const turns = (ratio < 1 && careful > 1) || (ratio > 1 && careful < 1)
  if (isWithin(tolerances, careful) || turns) return propose(currentReplicas)
  const replicas = Math.ceil(careful * metrics.size)
  const overshoots = (careful < 1 && replicas > currentReplicas) || (careful > 1 && replicas < currentReplicas)
  return propose(overshoots ? currentReplicas : replicas)
}

/** What each pod asks for: in all, or in one container. */
function podRequests({
  pods,
  resource,
  container,
}: {
  pods: readonly k8s.Pod[]
  resource: string
  container: string | undefined
}): ReadonlyMap<string, number> {
  return new Map(pods.map((pod) => [pod.metadata.name, podRequest(pod, resource, container)]))
}

function podRequest(pod: k8s.Pod, resource: string, container: string | undefined): number {
  const ofPod = pod.spec.resources?.requests ?? {}
  if (container === undefined && Object.keys(ofPod).length > 0) {
    const request = ofPod[resource]
    if (request === undefined) throw new Error(`missing pod-level request for ${resource} in Pod ${pod.metadata.name}`)
    return quantityMilli(request)
  }
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  return [...pod.spec.containers, ...sidecars]
    .filter(({ name }) => container === undefined || name === container)
    .reduce((sum, { name, resources }) => {
      const request = resources?.requests?.[resource]
      if (request === undefined)
        throw new Error(`missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`)
      return sum + quantityMilli(request)
    }, 0)
}

/** Of a number about the whole, such as the length of a queue. */
export function replicasForTotal(input: {
  currentReplicas: number
  usage: number
  target: number
  tolerances: Tolerances
  pods: readonly k8s.Pod[]
}): Proposal {
  const { currentReplicas, usage, target, pods } = input
  const ratio = usage / target
  if (currentReplicas === 0) return { replicas: Math.ceil(ratio), usage }
  if (isWithin(input.tolerances, ratio)) return { replicas: currentReplicas, usage }
  if (pods.length === 0)
    throw new Error('unable to calculate ready pods: no pods returned by selector while calculating replica count')
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod)).length
  return { replicas: Math.ceil(ratio * ready), usage }
}

/** Of a number about the whole, with a target for each pod. */
export function replicasForTotalPerPod(input: {
  statusReplicas: number
  usage: number
  target: number
  tolerances: Tolerances
}): Proposal {
  const { statusReplicas, usage, target } = input
  const near = isWithin(input.tolerances, usage / (target * statusReplicas))
  const replicas = near ? statusReplicas : Math.min(Math.ceil(usage / target), 2 ** 31 - 1)
  return { replicas, usage: statusReplicas === 0 ? Number.MAX_SAFE_INTEGER : Math.ceil(usage / statusReplicas) }
}
