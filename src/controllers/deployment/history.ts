/** Old replica sets are kept for `kubectl rollout undo`, as many as `revisionHistoryLimit` says. */
import type { k8s } from '../../api/index.ts'
import { revisionOf } from './revision.ts'
import { desiredReplicas } from './snapshot.ts'

const UNLIMITED = 2 ** 31 - 1

/** The replica sets to delete: the lowest revisions above the limit, of those that have no pods left. */
export function expiredReplicaSets(deployment: k8s.Deployment, old: readonly k8s.ReplicaSet[]): k8s.ReplicaSet[] {
  const limit = deployment.spec.revisionHistoryLimit ?? 10
  if (limit >= UNLIMITED) return []
  const kept = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return kept
    .toSorted((a, b) => Number(revisionOf(a) - revisionOf(b)))
    .slice(0, Math.max(0, kept.length - limit))
    .filter(
      (replicaSet) =>
        desiredReplicas(replicaSet) === 0 &&
        (replicaSet.status?.replicas ?? 0) === 0 &&
        (replicaSet.metadata.generation ?? 0) <= (replicaSet.status?.observedGeneration ?? 0),
    )
}
