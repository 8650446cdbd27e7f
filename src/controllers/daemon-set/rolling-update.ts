/** One step of a daemon set's rolling update. Pure. Source: k8s.io/kubernetes v1.34, rollingUpdate in
 *  pkg/controller/daemon/update.go. */
import type { k8s } from '../../api/index.ts'
import { isUpdated } from './daemon-pod.ts'
import type { Changes } from './plan-pods.ts'
import { type DaemonSnapshot, desiredCount, isAvailable, isLiving, limitsOf, podsOn } from './snapshot.ts'

export function planRollingUpdate(snapshot: DaemonSnapshot): Changes {
  const { maxSurge, maxUnavailable } = limitsOf(snapshot.daemonSet, desiredCount(snapshot))
  return maxSurge === 0
    ? { create: [], delete: replaceInPlace(snapshot, maxUnavailable) }
    : replaceBeside(snapshot, maxSurge)
}

/** Without surge: old pods go as availability allows, those that are not available at once; the next round makes the
 *  new ones. Pods that are going do not count, so that an update goes on while nodes are down. */
function replaceInPlace(snapshot: DaemonSnapshot, maxUnavailable: number): k8s.Pod[] {
  let unavailable = 0
  const atOnce: k8s.Pod[] = []
  const candidates: k8s.Pod[] = []
  for (const node of nodesInQuestion(snapshot)) {
    const pair = podsOfNode(snapshot, node)
    // Several of a kind, both, or none: the next round sets that right.
    if (pair === undefined || (pair.old === undefined) === (pair.new === undefined)) unavailable++
    else if (pair.old === undefined) unavailable += isAvailable(snapshot, pair.new as k8s.Pod) ? 0 : 1
    else if (isAvailable(snapshot, pair.old)) candidates.push(pair.old)
    else {
      atOnce.push(pair.old)
      unavailable++
    }
  }
  return [...atOnce, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))]
}

/** With surge: new pods are made beside old ones, as many as the surge allows and wherever the old is not available;
 *  an old one goes when the new one is available. */
function replaceBeside(snapshot: DaemonSnapshot, maxSurge: number): Changes {
  let surging = 0
  let available = 0
  const going: k8s.Pod[] = []
  const misplaced: k8s.Pod[] = []
  const atOnce: string[] = []
  const candidates: string[] = []
  for (const node of nodesInQuestion(snapshot)) {
    const pair = podsOfNode(snapshot, node)
    if (pair === undefined) {
      surging++
      continue
    }
    const serving = pair.old ?? pair.new
    const isServing = serving !== undefined && isAvailable(snapshot, serving)
    if (isServing) available++
    if (pair.old === undefined) continue
    if (pair.new !== undefined) {
      if (isAvailable(snapshot, pair.new)) going.push(pair.old)
      else surging++
    } else if (snapshot.fits.get(node)?.run !== true) (isServing ? misplaced : going).push(pair.old)
    else (isServing ? candidates : atOnce).push(node)
  }
  // Where the set should not be any more, its pods go only as others elsewhere take over.
  const dispensable = Math.max(0, available - desiredCount(snapshot))
  return {
    create: [...atOnce, ...candidates.slice(0, Math.max(0, maxSurge - surging))],
    delete: [...going, ...misplaced.slice(0, dispensable)],
  }
}

/** Those with pods, and those that should have one. */
function nodesInQuestion({ fits, podsByNode }: DaemonSnapshot): Set<string> {
  return new Set([...podsByNode.keys(), ...[...fits].filter(([, { run }]) => run).map(([node]) => node)])
}

/** The old and the new pod on a node; nothing when there are several of a kind. */
function podsOfNode(snapshot: DaemonSnapshot, node: string): { old?: k8s.Pod; new?: k8s.Pod } | undefined {
  const living = podsOn(snapshot, node).filter(isLiving)
  const fresh = living.filter((pod) => isUpdated(snapshot.daemonSet, pod, snapshot.hash))
  const old = living.filter((pod) => !fresh.includes(pod))
  if (fresh.length > 1 || old.length > 1) return undefined
  return { ...(old[0] && { old: old[0] }), ...(fresh[0] && { new: fresh[0] }) }
}
