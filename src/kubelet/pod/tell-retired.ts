/** What is told of a pod while its node shuts down. Source of words: Kubernetes v1.34, pkg/kubelet/nodeshutdown.
 *
 *  Kubernetes fails every pod then: a node that shuts down may never come back, and controllers replace them elsewhere.
 *  This node comes back with the same pods, so one whose containers are always restarted stays and starts again. Others
 *  (a Job's) could only take an end that they were forced to for their own, and fail as in Kubernetes. */
import type { k8s } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'

export const SHUTDOWN_MESSAGE = 'Pod was terminated in response to imminent node shutdown.'

/** Whether the pod goes on when the node is back. */
export const comesBack = ({ spec }: k8s.Pod): boolean => (spec.restartPolicy ?? 'Always') === 'Always'

/** The end of a pod that does not come back, unless it had come to its own before. */
export function endedByShutdown(pod: k8s.Pod, status: k8s.PodStatus, nowMs: number): k8s.PodStatus {
  const { generation } = pod.metadata
  const disruption: k8s.PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'TerminationByKubelet',
    message: SHUTDOWN_MESSAGE,
    ...(generation !== undefined && { observedGeneration: generation }),
    lastTransitionTime: toKubernetesTime(nowMs),
  }
  const conditions = (status.conditions ?? []).filter(({ type }) => type !== disruption.type)
  return {
    ...status,
    phase: 'Failed',
    reason: 'Terminated',
    message: SHUTDOWN_MESSAGE,
    conditions: [...conditions, disruption],
  }
}
