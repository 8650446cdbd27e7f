/** What a running container lacks of the resources its spec asks for since it was started. Pure. Source: Kubernetes
 *  v1.34, pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodResizeAction), pkg/kubelet/allocation. */
import { type k8s, quantityMilli } from '../../api/index.ts'

const RESIZABLE = ['cpu', 'memory'] as const

/** Undefined: nothing. `restart`: the container says that it has to begin anew for that. */
export function resizeOf(
  container: k8s.Container,
  actuated: k8s.ResourceRequirements | undefined,
): { restart: boolean } | undefined {
  if (actuated === undefined) return undefined
  const milli = (value: k8s.Quantity | undefined) => (value === undefined ? undefined : quantityMilli(value))
  const changed = RESIZABLE.filter((name) =>
    (['requests', 'limits'] as const).some(
      (kind) => milli(container.resources?.[kind]?.[name]) !== milli(actuated[kind]?.[name]),
    ),
  )
  if (changed.length === 0) return undefined
  const restart = (container.resizePolicy ?? []).some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === 'RestartContainer' && changed.some((name) => name === resourceName),
  )
  return { restart }
}

/** Why the node can never give it, in the words of the condition PodResizePending; undefined: it can. */
export function infeasible({ spec }: k8s.Pod, capacity: { cpuMilli: number; memoryBytes: number }): string | undefined {
  const requested = (name: 'cpu' | 'memory') =>
    spec.containers.reduce((sum, { resources }) => sum + quantityMilli(resources?.requests?.[name] ?? '0'), 0)
  const cpu = requested('cpu')
  if (cpu > capacity.cpuMilli)
    return `Node didn't have enough capacity: cpu, requested: ${cpu}, capacity: ${capacity.cpuMilli}`
  const memory = requested('memory') / 1000
  return memory > capacity.memoryBytes
    ? `Node didn't have enough capacity: memory, requested: ${memory}, capacity: ${capacity.memoryBytes}`
    : undefined
}
