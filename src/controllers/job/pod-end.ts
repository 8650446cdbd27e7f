/** Whether and when a Job's pod came to its end. Source: k8s.io/kubernetes v1.34, pkg/controller/job. */
import type { k8s } from '../../api/index.ts'
import { podCondition } from '../objects/index.ts'
import { replacesOnlyFailed } from './spec.ts'

export const isSucceeded = (pod: k8s.Pod): boolean => pod.status?.phase === 'Succeeded'

/** A pod that is being deleted counts as failed at once, unless only those that have ended are replaced: one whose node
 *  is gone never gets to the phase. */
export function isFailed(job: k8s.Job, pod: k8s.Pod): boolean {
  if (pod.status?.phase === 'Failed') return true
  return !replacesOnlyFailed(job) && pod.metadata.deletionTimestamp !== undefined && !isSucceeded(pod)
}

/** When the last container ended; else when the pod stopped being ready, or was to be gone, or was made. */
export function finishedMs(pod: k8s.Pod): number {
  return (
    containersFinishedMs(pod) ??
    unreadySinceMs(pod) ??
    deletedMs(pod) ??
    (Date.parse(pod.metadata.creationTimestamp ?? '') || 0)
  )
}

function containersFinishedMs({ spec, status }: k8s.Pod): number | undefined {
  const sidecars = new Set(
    spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  )
  const containers = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ]
  const ends = containers.map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''))
  return ends.length === 0 || ends.some(Number.isNaN) ? undefined : Math.max(...ends)
}

function unreadySinceMs(pod: k8s.Pod): number | undefined {
  const ready = podCondition(pod, 'Ready')
  return (ready?.status === 'False' && Date.parse(ready.lastTransitionTime ?? '')) || undefined
}

function deletedMs({ metadata }: k8s.Pod): number | undefined {
  const deleted = Date.parse(metadata.deletionTimestamp ?? '')
  return Number.isNaN(deleted) ? undefined : deleted - (metadata.deletionGracePeriodSeconds ?? 0) * 1000
}
