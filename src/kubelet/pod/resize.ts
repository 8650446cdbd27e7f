/** What a running container lacks of the resources its spec asks for since it was started. Pure. Source: Kubernetes
 *  v1.34, pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodResizeAction), pkg/kubelet/allocation. */
import { type k8s, quantityMilli } from '../../api/index.ts'
import { podRequests } from '../../api/machinery.ts'
import { type AdmissionFacts, lackOfResources } from './admit.ts'
import { podContainers } from './containers.ts'
import { latest, type PodSnapshot } from './snapshot.ts'

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

export interface PendingResize {
  /** `Infeasible`: never on this node; `Deferred`: not while the others take what they take. */
  reason: 'Infeasible' | 'Deferred'
  message: string
}

/** Why the node does not give what a pod that runs asks for now; undefined: it does. */
export function pendingResize(
  pod: k8s.Pod,
  node: AdmissionFacts,
  others: readonly k8s.Pod[],
): PendingResize | undefined {
  for (const name of RESIZABLE) {
    const requested = quantityMilli(podRequests(pod.spec)[name] ?? '0') / (name === 'cpu' ? 1 : 1000)
    const capacity = name === 'cpu' ? node.cpuMilli : node.memoryBytes
    if (requested > capacity) {
      const message = `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${capacity}`
      return { reason: 'Infeasible', message }
    }
  }
  const lack = lackOfResources(pod, { ...node, maxPods: Infinity }, others)
  return lack && { reason: 'Deferred', message: lack.message }
}

/** Whether something of a pod that runs is to be given more or less. */
export const isResizeWished = (
  pod: k8s.Pod,
  snapshot: PodSnapshot,
  actuated: ((containerId: string) => k8s.ResourceRequirements | undefined) | undefined,
): boolean =>
  podContainers(pod).some(({ container }) => {
    const now = latest(snapshot, container.name)
    return now?.state === 'running' && resizeOf(container, actuated?.(now.id)) !== undefined
  })
