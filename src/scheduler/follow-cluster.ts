/** Informers' news turned into the cache, the queue and the events that wake rejected pods. */
import { isDeepStrictEqual } from 'node:util'
import type { k8s } from '../api/index.ts'
import type { ChangeEvent } from '../client/index.ts'
import type { ClusterCache } from './cluster-cache.ts'
import type { SchedulingQueue } from './scheduling-queue.ts'

export const SCHEDULER_NAME = 'default-scheduler'

interface Followed {
  cache: ClusterCache
  queue: SchedulingQueue
  now: () => number
}

export function onNodeChange({ cache, queue }: Followed, event: ChangeEvent<k8s.Node>): void {
  if (event.type === 'deleted') return cache.removeNode(event.object.metadata.name)
  cache.putNode(event.object)
  if (event.type === 'added' || hasNewRoom(event.old, event.object)) queue.wake('NodeChanged')
}

/** Heartbeats change a node all the time; these parts decide whether pods fit. */
function hasNewRoom(old: k8s.Node, node: k8s.Node): boolean {
  const relevant = ({ metadata, spec, status }: k8s.Node) => [
    metadata.labels,
    spec?.unschedulable,
    spec?.taints,
    status?.allocatable,
  ]
  return !isDeepStrictEqual(relevant(old), relevant(node))
}

export function onPodChange({ cache, queue, now }: Followed, event: ChangeEvent<k8s.Pod>): void {
  const pod = event.object
  const uid = pod.metadata.uid ?? ''
  if (event.type === 'deleted' || isTerminal(pod)) {
    queue.remove(uid)
    if (cache.removePod(uid)) queue.wake('PodRemoved')
  } else if (pod.spec.nodeName) {
    queue.remove(uid)
    const wasKnown = cache.hasPod(uid)
    cache.putPod(pod, pod.spec.nodeName)
    if (!wasKnown) queue.wake('PodAdded')
  } else if (cache.hasPod(uid)) {
    // Assumed: its binding is under way.
  } else if (isOurs(pod)) {
    queue.put(pod, now())
  } else {
    queue.remove(uid)
  }
}

const isTerminal = (pod: k8s.Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

/** Waiting for this scheduler: not leaving, not gated, not another scheduler's. */
export function isOurs(pod: k8s.Pod): boolean {
  return (
    (pod.spec.schedulerName ?? SCHEDULER_NAME) === SCHEDULER_NAME &&
    pod.metadata.deletionTimestamp === undefined &&
    (pod.spec.schedulingGates ?? []).length === 0
  )
}
