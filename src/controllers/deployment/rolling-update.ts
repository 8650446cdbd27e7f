/** One step of a rolling update: the new replica set up as far as surge allows, else the old ones down as far as
 *  availability allows. Source: k8s.io/kubernetes v1.34, pkg/controller/deployment/rolling.go. */
import type { k8s } from '../../api/index.ts'
import { maxReplicas, minAvailable } from './fenceposts.ts'
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

/** The scales to apply now; empty when nothing may or needs to move until pods change. */
export function planRollingUpdate(rollout: Rollout): Scale[] {
  const up = planNewReplicaSet(rollout)
  return up.length > 0 ? up : planOldReplicaSets(rollout)
}

function planNewReplicaSet(rollout: Rollout): Scale[] {
  const { deployment, newReplicaSet } = rollout
  if (newReplicaSet === undefined) return []
  const replicas =
    desiredReplicas(newReplicaSet) > desiredReplicas(deployment)
      ? desiredReplicas(deployment)
      : newReplicaSetSize(rollout, desiredReplicas(newReplicaSet))
  return replicas === desiredReplicas(newReplicaSet) ? [] : [{ replicaSet: newReplicaSet, replicas }]
}

/** The size the new replica set may have now, given the size it has (0 while it does not exist). */
export function newReplicaSetSize(rollout: Rollout, present: number): number {
  const { deployment } = rollout
  const room = maxReplicas(deployment) - total(allReplicaSets(rollout), desiredReplicas)
  return room <= 0 ? present : present + Math.min(room, desiredReplicas(deployment) - present)
}

function planOldReplicaSets(rollout: Rollout): Scale[] {
  const { deployment, newReplicaSet } = rollout
  const old = rollout.oldReplicaSets.filter(isActive).toSorted(olderFirst)
  if (old.length === 0 || newReplicaSet === undefined) return []
  const newUnavailable = desiredReplicas(newReplicaSet) - availableReplicas(newReplicaSet)
  const pods = total(allReplicaSets(rollout), desiredReplicas)
  const removable = pods - minAvailable(deployment) - newUnavailable
  if (removable <= 0) return []

  const sizes = new Map(old.map((replicaSet) => [replicaSet, desiredReplicas(replicaSet)]))
  removeUnhealthy(sizes, removable)
  removeSpare(sizes, total([...old, newReplicaSet], availableReplicas) - minAvailable(deployment))
  return [...sizes]
    .filter(([replicaSet, replicas]) => replicas !== desiredReplicas(replicaSet))
    .map(([replicaSet, replicas]) => ({ replicaSet, replicas }))
}

/** Pods that are not available go first: they would block the rollout, and nobody misses them. */
function removeUnhealthy(sizes: Map<k8s.ReplicaSet, number>, most: number): void {
  let remaining = most
  for (const [replicaSet, replicas] of sizes) {
    const unhealthy = Math.max(0, replicas - availableReplicas(replicaSet))
    const removed = Math.min(unhealthy, remaining)
    sizes.set(replicaSet, replicas - removed)
    remaining -= removed
  }
}

function removeSpare(sizes: Map<k8s.ReplicaSet, number>, spare: number): void {
  let remaining = Math.max(0, spare)
  for (const [replicaSet, replicas] of sizes) {
    const removed = Math.min(replicas, remaining)
    sizes.set(replicaSet, replicas - removed)
    remaining -= removed
  }
}
