/** What a pod asks of a node. Source: k8s.io/component-helpers v0.34, resource.PodRequests, and kube-scheduler's
 *  non-zero defaults (pkg/scheduler/util/pod_resources.go). */
import { type k8s, quantityMilli, quantityValue } from '../api/index.ts'

/** Amount by resource name: `cpu` in thousandths of a core, everything else in its own unit (bytes, pieces). */
export type ResourceAmounts = Readonly<Record<string, number>>

/** What a container without requests counts as when nodes are scored: 100 m of CPU and 200 MiB. */
const DEFAULT_CPU_MILLI = 100
const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024

type Quantities = Record<string, k8s.Quantity> | undefined

export function amountsOf(quantities: Quantities): ResourceAmounts {
  const amounts: Record<string, number> = {}
  for (const [name, quantity] of Object.entries(quantities ?? {}))
    amounts[name] = name === 'cpu' ? quantityMilli(quantity) : quantityValue(quantity)
  return amounts
}

export function addAmounts(a: ResourceAmounts, b: ResourceAmounts, sign: 1 | -1 = 1): ResourceAmounts {
  const sum: Record<string, number> = { ...a }
  for (const [name, amount] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + sign * amount
  return sum
}

function maxAmounts(a: ResourceAmounts, b: ResourceAmounts): ResourceAmounts {
  const max: Record<string, number> = { ...a }
  for (const [name, amount] of Object.entries(b)) max[name] = Math.max(max[name] ?? 0, amount)
  return max
}

/** Containers run together, init containers one after another beside the sidecars started before them; the pod needs
 *  the larger of the two, its own `spec.resources` instead where given, and its overhead on top. While a container is
 *  being resized the larger of what it has and what it is to have counts. */
export function podRequests(pod: k8s.Pod): ResourceAmounts {
  return sumRequests(pod, (container) => {
    const wished = amountsOf(container.resources?.requests)
    const has = hasRequests(pod, container)
    if (has === undefined) return wished
    return isResizeInfeasible(pod) ? has : maxAmounts(wished, has)
  })
}

/** What the kubelet says it has given the container; init containers that end are not resized. */
function hasRequests({ spec, status }: k8s.Pod, container: k8s.Container): ResourceAmounts | undefined {
  const of = (statuses: readonly k8s.ContainerStatus[] = []) => statuses.find(({ name }) => name === container.name)
  const isSidecar = container.restartPolicy === 'Always' && spec.initContainers?.includes(container)
  const found = spec.containers.includes(container)
    ? of(status?.containerStatuses)
    : isSidecar
      ? of(status?.initContainerStatuses)
      : undefined
  if (found?.resources === undefined) return undefined
  return maxAmounts(amountsOf(found.resources.requests), amountsOf(found.allocatedResources))
}

const isResizeInfeasible = ({ status }: k8s.Pod): boolean =>
  status?.conditions?.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible') ?? false

/** The same with the defaults above for containers that name no CPU or memory. Only `cpu` and `memory` matter. */
export function podNonZeroRequests(pod: k8s.Pod): ResourceAmounts {
  return sumRequests(pod, (container) => ({
    cpu: DEFAULT_CPU_MILLI,
    memory: DEFAULT_MEMORY_BYTES,
    ...amountsOf(container.resources?.requests),
  }))
}

function sumRequests(pod: k8s.Pod, requestsOf: (container: k8s.Container) => ResourceAmounts): ResourceAmounts {
  let running: ResourceAmounts = {}
  for (const container of pod.spec.containers) running = addAmounts(running, requestsOf(container))
  let sidecars: ResourceAmounts = {}
  let starting: ResourceAmounts = {}
  for (const container of pod.spec.initContainers ?? []) {
    const own = requestsOf(container)
    if (container.restartPolicy === 'Always') {
      running = addAmounts(running, own)
      sidecars = addAmounts(sidecars, own)
      starting = maxAmounts(starting, sidecars)
    } else {
      starting = maxAmounts(starting, addAmounts(own, sidecars))
    }
  }
  const whole = { ...maxAmounts(running, starting), ...amountsOf(pod.spec.resources?.requests) }
  return addAmounts(whole, amountsOf(pod.spec.overhead))
}

/** Whether any amount became less. */
export const amountsShrank = (before: ResourceAmounts, after: ResourceAmounts): boolean =>
  Object.entries(before).some(([name, amount]) => (after[name] ?? 0) < amount)
