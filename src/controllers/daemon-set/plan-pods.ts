/** Which nodes lack a daemon pod, and which pods should not be. Pure. Source: k8s.io/kubernetes v1.34,
 *  podsShouldBeOnNode in pkg/controller/daemon/daemon_controller.go. */
import type { k8s } from '../../api/index.ts'
import { isPodReady } from '../objects/index.ts'
import { HASH_LABEL } from '../history/index.ts'
import { type DaemonSnapshot, firstOnNode, isAvailable, isLiving, podsOn, surges } from './snapshot.ts'

export interface Changes {
  /** Names of nodes. */
  create: readonly string[]
  delete: readonly k8s.Pod[]
}

export interface EndedPod {
  pod: k8s.Pod
  node: string
}

export interface PodPlan extends Changes {
  /** Pods among the deleted that have failed, and that have ended well. */
  failed: readonly EndedPod[]
  succeeded: readonly EndedPod[]
  /** When a failed pod that is left for now may be deleted. */
  againInMs?: number
}

/** `backoffMs` tells how long a failed pod on that node has to stay. */
export function planPods(snapshot: DaemonSnapshot, backoffMs: (node: string) => number): PodPlan {
  const create: string[] = []
  const going: k8s.Pod[] = []
  const failed: EndedPod[] = []
  const succeeded: EndedPod[] = []
  const waits: number[] = []
  for (const [node, fit] of snapshot.fits) {
    const present = podsOn(snapshot, node)
    const living = present.filter(isLiving)
    if (fit.run && present.length === 0) create.push(node)
    else if (!fit.stay) going.push(...living)
    else {
      for (const pod of living.filter(hasPhase('Failed'))) {
        const waitMs = backoffMs(node)
        if (waitMs > 0) waits.push(waitMs)
        else failed.push({ pod, node })
      }
      succeeded.push(...living.filter(hasPhase('Succeeded')).map((pod) => ({ pod, node })))
      const running = living.filter((pod) => !hasPhase('Failed')(pod) && !hasPhase('Succeeded')(pod))
      going.push(...tooMany(snapshot, running))
      // A set that surges does not wait for the end of what is going.
      if (surges(snapshot.daemonSet) && running.length === 0 && fit.run) create.push(node)
    }
  }
  return {
    create,
    delete: [...going, ...failed.map(({ pod }) => pod), ...succeeded.map(({ pod }) => pod), ...withoutNode(snapshot)],
    failed,
    succeeded,
    ...(waits.length > 0 && { againInMs: Math.min(...waits) }),
  }
}

/** All but the oldest; of a set that surges, an old pod may stay beside a new one while the new is not available. */
function tooMany(snapshot: DaemonSnapshot, running: readonly k8s.Pod[]): k8s.Pod[] {
  if (running.length <= 1) return []
  const byAge = running.toSorted(firstOnNode)
  if (!surges(snapshot.daemonSet)) return byAge.slice(1)
  const isNew = ({ metadata }: k8s.Pod) => metadata.labels?.[HASH_LABEL] === snapshot.hash
  const newest = byAge.find(isNew)
  const old = byAge.find((pod) => !isNew(pod))
  const others = byAge.filter((pod) => pod !== newest && pod !== old)
  if (newest === undefined || old === undefined) return others
  return !isPodReady(old) || isAvailable(snapshot, newest) ? [...others, old] : others
}

/** Pods that were meant for a node that is gone: nobody else would ever delete them. */
function withoutNode({ fits, podsByNode }: DaemonSnapshot): k8s.Pod[] {
  return [...podsByNode]
    .filter(([node]) => !fits.has(node))
    .flatMap(([, pods]) => pods.filter(({ spec }) => !spec.nodeName))
}

const hasPhase =
  (phase: string) =>
  ({ status }: k8s.Pod): boolean =>
    status?.phase === phase
