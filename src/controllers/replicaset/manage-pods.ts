/** Creates the pods a replica set lacks, or deletes those it has too many of. */
import type { k8s } from '../../api/index.ts'
import { controllerOf } from '../objects/index.ts'
import { createPod, deletePod, podFromTemplate, slowStart } from '../pods/index.ts'
import type { ReplicaSetControl } from './controller.ts'
import { podsToDelete } from './rank-pods.ts'

/** At most so many pods at once; the next round does the rest. Source: BurstReplicas, v1.34. */
const BURST_REPLICAS = 500

export async function managePods(
  control: ReplicaSetControl,
  replicaSet: k8s.ReplicaSet,
  active: readonly k8s.Pod[],
): Promise<void> {
  const missing = (replicaSet.spec.replicas ?? 1) - active.length
  if (missing > 0)
    await slowStart(Math.min(missing, BURST_REPLICAS), () =>
      createPod(control, replicaSet, podFromTemplate(replicaSet, replicaSet.spec.template, control)),
    )
  else if (missing < 0) {
    const chosen = podsToDelete({
      pods: active,
      related: relatedPods(control, replicaSet),
      count: Math.min(-missing, BURST_REPLICAS),
      nowMs: control.clock.now(),
    })
    const outcomes = await Promise.allSettled(chosen.map((pod) => deletePod(control, replicaSet, pod)))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }
}

/** The pods of all replica sets under the same controller: they count when pods are doubled up on a node. */
function relatedPods(control: ReplicaSetControl, replicaSet: k8s.ReplicaSet): k8s.Pod[] {
  const owner = controllerOf(replicaSet)
  const siblings =
    owner === undefined
      ? [replicaSet]
      : control.replicaSets
          .list(replicaSet.metadata.namespace)
          .filter((sibling) => controllerOf(sibling)?.uid === owner.uid)
  return siblings.flatMap((sibling) => control.pods.ownedBy(sibling))
}
