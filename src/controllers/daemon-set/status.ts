/** A daemon set's status, counted from its nodes and pods. Pure. Source: k8s.io/kubernetes v1.34,
 *  updateDaemonSetStatus in pkg/controller/daemon/daemon_controller.go. */
import type { k8s } from '../../api/index.ts'
import { isPodReady, msUntilAvailable } from '../objects/index.ts'
import { isUpdated } from './daemon-pod.ts'
import { type DaemonSnapshot, desiredCount, firstOnNode, isAvailable, podsOn } from './snapshot.ts'

export type DaemonCounts = Omit<k8s.DaemonSetStatus, 'conditions' | 'collisionCount' | 'observedGeneration'>

export function countDaemons(snapshot: DaemonSnapshot): Required<DaemonCounts> {
  const pods = scheduledPods(snapshot)
  const count = (test: (pod: k8s.Pod) => boolean) => pods.filter(test).length
  const desired = desiredCount(snapshot)
  const available = count((pod) => isAvailable(snapshot, pod))
  return {
    desiredNumberScheduled: desired,
    currentNumberScheduled: pods.length,
    numberMisscheduled: [...snapshot.fits].filter(([node, { run }]) => !run && podsOn(snapshot, node).length > 0)
      .length,
    numberReady: count(isPodReady),
    updatedNumberScheduled: count((pod) => isUpdated(snapshot.daemonSet, pod, snapshot.hash)),
    numberAvailable: available,
    numberUnavailable: desired - available,
  }
}

/** Milliseconds until the next ready pod becomes available; nothing when none is waiting to. */
export function msUntilNextAvailable(snapshot: DaemonSnapshot): number | undefined {
  const waits = [...snapshot.podsByNode.values()]
    .flat()
    .map((pod) => msUntilAvailable(pod, snapshot.daemonSet.spec.minReadySeconds ?? 0, snapshot.nowMs))
    .filter((ms): ms is number => ms !== undefined && ms > 0)
  return waits.length === 0 ? undefined : Math.min(...waits)
}

/** The first pod of each node that should have one. */
function scheduledPods(snapshot: DaemonSnapshot): k8s.Pod[] {
  return [...snapshot.fits]
    .filter(([, { run }]) => run)
    .flatMap(([node]) => podsOn(snapshot, node).toSorted(firstOnNode).slice(0, 1))
}
