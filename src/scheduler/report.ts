/** What the scheduler writes to the API: the binding, the PodScheduled condition with the nominated node, the end of
 *  those that make room, the events. Source: kube-scheduler v1.34, schedule_one.go and framework/preemption. */
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
  await recordEvent(client, {
    ...about(clock, pod),
    type: 'Normal',
    reason: 'Scheduled',
    action: 'Binding',
    message,
  })
}

export interface Failure {
  message: string
  /** `SchedulerError`: a node was found, and yet the pod did not come to it. Default: none was found. */
  reason?: 'Unschedulable' | 'SchedulerError'
  /** Where room is being made for the pod; empty: nowhere (any more); left out: as it is. */
  nominatedNode?: string
  /** No event is written: the same was told a short while ago. */
  quietly?: boolean
}

export async function reportFailure(reporter: Reporter, pod: k8s.Pod, failure: Failure): Promise<void> {
  const { message, reason = 'Unschedulable', nominatedNode = pod.status?.nominatedNodeName ?? '' } = failure
  const condition: k8s.PodCondition = { type: 'PodScheduled', status: 'False', reason, message }
  await Promise.all([
    setCondition(reporter, pod, {
      condition,
      ...(nominatedNode !== (pod.status?.nominatedNodeName ?? '') && {
        status: { nominatedNodeName: nominatedNode || null },
      }),
    }),
    failure.quietly ||
      recordEvent(reporter.client, {
        ...about(reporter.clock, pod),
        type: 'Warning',
        reason: 'FailedScheduling',
        action: 'Scheduling',
        message,
      }),
  ])
}

/** Ends a pod so that `preemptor` may have its room on `node`. One that is gone already is as good. */
export async function evictVictim(
  reporter: Reporter,
  victim: k8s.Pod,
  { preemptor, node }: { preemptor: k8s.Pod; node: string },
): Promise<void> {
  const condition: k8s.PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'PreemptionByScheduler',
    message: `${preemptor.spec.schedulerName ?? SCHEDULER_NAME}: preempting to accommodate a higher priority pod`,
  }
  await setCondition(reporter, victim, { condition })
  try {
    await reporter.client.delete(resources.pods, victim.metadata, {
      ...(victim.metadata.uid && { preconditions: { uid: victim.metadata.uid } }),
    })
  } catch (error) {
    if (isApiError(error, 'NotFound', 'Conflict')) return
    throw error
  }
  await recordEvent(reporter.client, {
    ...about(reporter.clock, victim),
    type: 'Normal',
    reason: 'Preempted',
    action: 'Preempting',
    message: `Preempted by pod ${preemptor.metadata.uid} on node ${node}`,
    related: withKind(preemptor),
  })
}

/** Takes back the promise of room that was made to a pod of lower priority. */
export async function clearNomination(reporter: Reporter, pod: k8s.Pod): Promise<void> {
  if (pod.status?.nominatedNodeName) await patchStatus(reporter, pod, { nominatedNodeName: null })
}

/** Sets the condition unless the pod says so already; `status` is what else is to be set. */
async function setCondition(
  reporter: Reporter,
  pod: k8s.Pod,
  { condition, status = {} }: { condition: k8s.PodCondition; status?: Record<string, unknown> },
): Promise<void> {
  const present = pod.status?.conditions?.find(({ type }) => type === condition.type)
  const observedGeneration = pod.metadata.generation
  const isSaid =
    present?.status === condition.status &&
    present.reason === condition.reason &&
    present.message === condition.message &&
    present.observedGeneration === observedGeneration
  if (isSaid && Object.keys(status).length === 0) return
  const lastTransitionTime =
    present?.status === condition.status ? present.lastTransitionTime : toKubernetesTime(reporter.clock.now())
  await patchStatus(reporter, pod, {
    ...status,
    conditions: [{ ...condition, ...(observedGeneration && { observedGeneration }), lastTransitionTime }],
  })
}

async function patchStatus({ client }: Reporter, { metadata }: k8s.Pod, status: object): Promise<void> {
  const patch = { metadata: { uid: metadata.uid }, status }
  try {
    await client.patch(resources.pods, metadata, patch, { type: 'strategic', subresource: 'status' })
  } catch (error) {
    // Deleted, or replaced by another of its name, while we were thinking about it.
    if (!isApiError(error, 'NotFound', 'Conflict')) throw error
  }
}

/** Objects of a list do not say what they are. */
const withKind = (pod: k8s.Pod): KubeObject => ({ ...pod, apiVersion: 'v1', kind: 'Pod' })

const about = (clock: Clock, pod: k8s.Pod) => ({ clock, component: SCHEDULER_NAME, regarding: withKind(pod) })
