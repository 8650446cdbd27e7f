/** What the scheduler writes to the API: the binding, the PodScheduled condition, the events. */
import { isApiError, type k8s, type KubeObject, keyOf, resources } from '../api/index.ts'
import { type Client, recordEvent } from '../client/index.ts'
import { type Clock, toKubernetesTime } from '../lib/index.ts'
import { SCHEDULER_NAME } from './follow-cluster.ts'

interface Reporter {
  client: Client
  clock: Clock
}

/** Assigns the pod to the node. Throws ApiError: `Conflict` when it has a node, `NotFound` when it is gone. */
export async function bind({ client }: Reporter, pod: k8s.Pod, node: string): Promise<void> {
  const binding: k8s.Binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid },
    target: { kind: 'Node', name: node },
  }
  await client.subresource(resources.pods, pod.metadata, 'binding', { body: binding })
}

export async function reportScheduled({ client, clock }: Reporter, pod: k8s.Pod, node: string): Promise<void> {
  const message = `Successfully assigned ${keyOf(pod)} to ${node}`
  await recordEvent(client, about(clock, pod, 'Normal', 'Scheduled', message))
}

export async function reportFailure({ client, clock }: Reporter, pod: k8s.Pod, message: string): Promise<void> {
  await Promise.all([
    setCondition({ client, clock }, pod, 'Unschedulable', message),
    recordEvent(client, about(clock, pod, 'Warning', 'FailedScheduling', message)),
  ])
}

/** Says on the pod why it has no node. The API server of Kubernetes does this when a gated pod is created. */
export async function reportGated(reporter: Reporter, pod: k8s.Pod): Promise<void> {
  await setCondition(reporter, pod, 'SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates')
}

async function setCondition(reporter: Reporter, pod: k8s.Pod, reason: string, message: string): Promise<void> {
  const present = pod.status?.conditions?.find((condition) => condition.type === 'PodScheduled')
  if (present?.status === 'False' && present.reason === reason && present.message === message) return
  const lastTransitionTime =
    present?.status === 'False' ? present.lastTransitionTime : toKubernetesTime(reporter.clock.now())
  const condition = { type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime }
  try {
    await reporter.client.patch(
      resources.pods,
      pod.metadata,
      { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } },
      { type: 'strategic', subresource: 'status' },
    )
  } catch (error) {
    // Deleted, or replaced by another of its name, while we were thinking about it.
    if (!isApiError(error, 'NotFound', 'Conflict')) throw error
  }
}

function about(clock: Clock, pod: k8s.Pod, type: 'Normal' | 'Warning', reason: string, message: string) {
  const regarding: KubeObject = { ...pod, apiVersion: 'v1', kind: 'Pod' }
  return { clock, component: SCHEDULER_NAME, regarding, type, reason, message }
}
