/** What happens when a user changes `spec.replicas`: outside of a rollout the one active replica set follows; amid a
 *  rollout (or when paused) the difference is shared out in proportion, so that the risk stays the same.
 *  Source: k8s.io/kubernetes v1.34, scale in pkg/controller/deployment/sync.go. */
import type { k8s } from '../../api/index.ts'
import { fencepostsOf, isRollingUpdate, maxReplicas } from './fenceposts.ts'
import { DESIRED_REPLICAS, MAX_REPLICAS, replicasAnnotation } from './revision.ts'
import {
  allReplicaSets,
  availableReplicas,
  desiredReplicas,
  isActive,
  olderFirst,
  type Rollout,
  type Scale,
  total,
} from './snapshot.ts'

/** Whether the wished number has changed since the replica sets were last sized. */
export function isScalingEvent(rollout: Rollout): boolean {
  return allReplicaSets(rollout)
    .filter(isActive)
    .map((replicaSet) => replicasAnnotation(replicaSet, DESIRED_REPLICAS))
    .some((desired) => desired !== undefined && desired !== desiredReplicas(rollout.deployment))
}

/** Scales for all active replica sets; those whose size stays are listed too, for their annotations. */
export function planScaling(rollout: Rollout): Scale[] {
  const { deployment, newReplicaSet, oldReplicaSets } = rollout
  const active = allReplicaSets(rollout).filter(isActive)
  if (active.length <= 1) {
    const only = active[0] ?? newReplicaSet ?? oldReplicaSets.toSorted(olderFirst).at(-1)
    return only === undefined ? [] : [{ replicaSet: only, replicas: desiredReplicas(deployment) }]
  }
  if (isSaturated(deployment, newReplicaSet))
    return oldReplicaSets.filter(isActive).map((replicaSet) => ({ replicaSet, replicas: 0 }))
  return isRollingUpdate(deployment) ? planProportionally(deployment, active) : []
}

/** Whether the new replica set has all the pods it should have, available. */
function isSaturated(deployment: k8s.Deployment, replicaSet: k8s.ReplicaSet | undefined): boolean {
  const replicas = desiredReplicas(deployment)
  return (
    replicaSet !== undefined &&
    desiredReplicas(replicaSet) === replicas &&
    replicasAnnotation(replicaSet, DESIRED_REPLICAS) === replicas &&
    availableReplicas(replicaSet) === replicas
  )
}

function planProportionally(deployment: k8s.Deployment, active: readonly k8s.ReplicaSet[]): Scale[] {
  const allowed = desiredReplicas(deployment) === 0 ? 0 : maxReplicas(deployment)
  const toAdd = allowed - total(active, desiredReplicas)
  // The largest first; of the same size the newer when growing, the older when shrinking.
  const ordered = active.toSorted(
    (a, b) => desiredReplicas(b) - desiredReplicas(a) || (toAdd > 0 ? olderFirst(b, a) : olderFirst(a, b)),
  )
  let added = 0
  const scales = ordered.map((replicaSet) => {
    const share = shareOf(deployment, replicaSet, { toAdd, added })
    added += share
    return { replicaSet, replicas: desiredReplicas(replicaSet) + share }
  })
  // What rounding left over goes to the largest.
  const [largest] = scales
  if (largest !== undefined) largest.replicas = Math.max(0, largest.replicas + toAdd - added)
  return scales
}

function shareOf(
  deployment: k8s.Deployment,
  replicaSet: k8s.ReplicaSet,
  { toAdd, added }: { toAdd: number; added: number },
): number {
  const size = desiredReplicas(replicaSet)
  const remaining = toAdd - added
  if (size === 0 || remaining === 0) return 0
  const wished = wishedChange(deployment, replicaSet)
  return toAdd > 0 ? Math.min(wished, remaining) : Math.max(wished, remaining)
}

/** By how much the replica set would change were it to keep its share of the whole. */
function wishedChange(deployment: k8s.Deployment, replicaSet: k8s.ReplicaSet): number {
  const size = desiredReplicas(replicaSet)
  if (desiredReplicas(deployment) === 0) return -size
  const before = replicasAnnotation(replicaSet, MAX_REPLICAS) || deployment.status?.replicas || 0
  if (before === 0) return 0
  const after = desiredReplicas(deployment) + fencepostsOf(deployment).maxSurge
  return Math.round((size * after) / before) - size
}
