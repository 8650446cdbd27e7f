/** Informers' news turned into the cache, the queue and the events that wake rejected pods. */
import { isDeepStrictEqual } from 'node:util'
import type { k8s } from '../api/index.ts'
import type { ChangeEvent } from '../client/index.ts'
import type { ClusterCache } from './cluster-cache.ts'
import { amountsShrank } from './resources.ts'
import type { SchedulingQueue } from './scheduling-queue.ts'
import { nodeInfo, type PodInfo, podInfo } from './snapshot.ts'

export const SCHEDULER_NAME = 'default-scheduler'

export interface Followed {
  cache: ClusterCache
  queue: SchedulingQueue
  now: () => number
}

export function onNodeChange({ cache, queue }: Followed, event: ChangeEvent<k8s.Node>): void {
  if (event.type === 'deleted') {
    cache.removeNode(event.object.metadata.name)
    queue.wake('NodeRemoved')
    return
  }
  cache.putNode(event.object)
  if (event.type === 'added' || hasNewRoom(event.old, event.object)) queue.wake('NodeChanged', nodeInfo(event.object))
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

export function onPodChange(followed: Followed, event: ChangeEvent<k8s.Pod>): void {
  const { cache, queue, now } = followed
  const pod = event.object
  const uid = pod.metadata.uid ?? ''
  if (event.type === 'deleted' || isTerminal(pod)) {
    queue.remove(uid)
    if (cache.removePod(uid)) queue.wake('PodRemoved')
  } else if (pod.spec.nodeName) {
    queue.remove(uid)
    const known = cache.placedPod(uid)
    cache.putPod(pod, pod.spec.nodeName)
    if (known === undefined) queue.wake('PodAdded')
    else if (mayLetOthersIn(known, pod)) queue.wake('PodChanged')
  } else if (cache.placedPod(uid) !== undefined) {
    // Assumed: its binding is under way.
  } else {
    followNomination(cache, event)
    if (isOurs(pod)) queue.put(pod, now())
    else queue.remove(uid)
  }
}

/** What we have promised a pod ourselves stands until its status says something new. */
function followNomination(cache: ClusterCache, event: ChangeEvent<k8s.Pod>): void {
  const pod = event.object
  const uid = pod.metadata.uid ?? ''
  const said = pod.status?.nominatedNodeName
  const before = event.type === 'modified' ? event.old.status?.nominatedNodeName : undefined
  const node = said === before ? cache.nominatedNode(uid) : said
  cache.nominate(uid, node ? { pod, node } : undefined)
}

function mayLetOthersIn(known: PodInfo, pod: k8s.Pod): boolean {
  if (known.pod === pod) return false
  const labelsChanged = !isDeepStrictEqual(known.pod.metadata.labels, pod.metadata.labels)
  return labelsChanged || amountsShrank(known.requests, podInfo(pod).requests)
}

export const isTerminal = (pod: k8s.Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

/** Waiting for this scheduler: not leaving, not gated, not another scheduler's. */
export function isOurs(pod: k8s.Pod): boolean {
  return (
    (pod.spec.schedulerName ?? SCHEDULER_NAME) === SCHEDULER_NAME &&
    pod.metadata.deletionTimestamp === undefined &&
    (pod.spec.schedulingGates ?? []).length === 0
  )
}
