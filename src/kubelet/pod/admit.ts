/** Whether this node takes a pod that was bound to it. Pure. Source: Kubernetes v1.34, pkg/kubelet/lifecycle (predicate.go,
 *  handlers.go), pkg/kubelet/sysctl/allowlist.go. */
import {
  hostPortsConflict,
  hostPortsOf,
  type k8s,
  matchesNodeRequirements,
  quantityMilli,
  quantityValue,
  toleratesTaint,
} from '../../api/index.ts'
import { podRequests } from '../../api/machinery.ts'
import { podContainers } from './containers.ts'
import { forbiddenSysctl } from './sysctls.ts'

export interface Refusal {
  reason: string
  message: string
}

/** What of the machine pods depend on. */
export interface AdmissionFacts {
  /** Its kernel's version, such as `6.1.0-13-amd64`. */
  kernel: string
  appArmor: boolean
  cpuMilli: number
  memoryBytes: number
  maxPods: number
}

const predicateFailed = (reason: string, why: string): Refusal => ({
  reason,
  message: `Predicate ${reason} failed: ${why}`,
})

/** Pods that are bound by hand were seen by no scheduler. Of taints only NoExecute counts: others keep the scheduler
 *  away. `others` as for `refusePod`. */
export function refuseOnNode(pod: k8s.Pod, node: k8s.Node, others: readonly k8s.Pod[] = []): Refusal | undefined {
  const system = pod.metadata.labels?.[OS_LABEL]
  if (system !== undefined && system !== 'linux')
    return {
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
      message: `Failed to admit pod as the \`${OS_LABEL}\` label doesn't match node label`,
    }
  const lacking = lackOfNodeResources(pod, node, others)
  if (lacking !== undefined) return lacking
  const { name, labels = {} } = node.metadata
  if (!matchesNodeRequirements(pod.spec, { name, labels }))
    return predicateFailed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")
  const bears = (taint: k8s.Taint) => taint.effect !== 'NoExecute' || toleratesTaint(pod.spec.tolerations, taint)
  return (node.spec?.taints ?? []).every(bears)
    ? undefined
    : predicateFailed('TaintToleration', "node(s) had taints that the pod didn't tolerate")
}

const OS_LABEL = 'kubernetes.io/os'

/** Source: Kubernetes v1.34, pkg/kubelet/nodeshutdown. */
export const refuseWhileShuttingDown: Refusal = {
  reason: 'NodeShutdown',
  message: 'Pod was rejected as the node is shutting down.',
}

/** Undefined: it does. `others`: the pods that it has taken already and that go on. */
export function refusePod(pod: k8s.Pod, node: AdmissionFacts, others: readonly k8s.Pod[] = []): Refusal | undefined {
  const os = pod.spec.os?.name ?? 'linux'
  if (os !== 'linux')
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" }
  if (pod.spec.securityContext?.supplementalGroupsPolicy === 'Strict')
    return {
      reason: 'SupplementalGroupsPolicyNotSupported',
      message: 'SupplementalGroupsPolicy=Strict is not supported in this node',
    }
  const lacking = lackOfResources(pod, node, others)
  if (lacking !== undefined) return lacking
  if (lacksPorts(pod, others))
    return predicateFailed('NodePorts', "node(s) didn't have free ports for the requested pod ports")
  const sysctl = forbiddenSysctl(pod, node.kernel)
  if (sysctl !== undefined) return { reason: 'SysctlForbidden', message: sysctl }
  if (!node.appArmor && wantsAppArmor(pod))
    return { reason: 'AppArmor', message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host' }
  return undefined
}

const lackOf = (name: string, requested: number, used: number, capacity: number): Refusal => ({
  reason: `OutOf${name}`,
  message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
})

/** Of local storage, and of what others say that the node has. What it does not tell of, may be the cluster's. */
function lackOfNodeResources(pod: k8s.Pod, node: k8s.Node, others: readonly k8s.Pod[]): Refusal | undefined {
  for (const [name, amount] of Object.entries(podRequests(pod.spec))) {
    const capacity = node.status?.allocatable?.[name]
    const requested = quantityValue(amount)
    if (IN_ADMISSION_FACTS.includes(name) || capacity === undefined || requested === 0) continue
    const used = others.reduce((sum, other) => sum + quantityValue(podRequests(other.spec)[name] ?? '0'), 0)
    if (requested + used > quantityValue(capacity)) return lackOf(name, requested, used, quantityValue(capacity))
  }
  return undefined
}

const IN_ADMISSION_FACTS: readonly string[] = ['cpu', 'memory', 'pods']

/** The first resource of which the node has not enough for the pod beside the others. */
export function lackOfResources(pod: k8s.Pod, node: AdmissionFacts, others: readonly k8s.Pod[]): Refusal | undefined {
  if (others.length >= node.maxPods) return lackOf('pods', 1, others.length, node.maxPods)
  const amount = (subject: k8s.Pod, name: 'cpu' | 'memory') => quantityMilli(podRequests(subject.spec)[name] ?? '0')
  const sides = [
    ['cpu', node.cpuMilli, 1],
    ['memory', node.memoryBytes * 1000, 1000],
  ] as const
  for (const [name, capacity, unit] of sides) {
    const requested = amount(pod, name)
    if (requested === 0) continue
    const used = others.reduce((sum, other) => sum + amount(other, name), 0)
    if (requested + used > capacity) return lackOf(name, requested / unit, used / unit, capacity / unit)
  }
  return undefined
}

/** Whether another pod holds a port of the node that the pod asks for. */
function lacksPorts(pod: k8s.Pod, others: readonly k8s.Pod[]): boolean {
  const wanted = hostPortsOf(pod)
  if (wanted.length === 0) return false
  return others.flatMap(hostPortsOf).some((taken) => wanted.some((port) => hostPortsConflict(port, taken)))
}

const wantsAppArmor = (pod: k8s.Pod) =>
  [pod.spec.securityContext, ...podContainers(pod).map(({ container }) => container.securityContext)].some(
    (context) => context?.appArmorProfile !== undefined && context.appArmorProfile.type !== 'Unconfined',
  )
