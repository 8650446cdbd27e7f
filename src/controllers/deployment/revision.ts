/** The annotations by which a deployment and its replica sets remember revisions and sizes; `kubectl rollout
 *  history` and `undo` read them. Source: k8s.io/kubernetes v1.34, pkg/controller/deployment/util. */
import type { k8s } from '../../api/index.ts'
import { maxReplicas } from './fenceposts.ts'
import { desiredReplicas } from './snapshot.ts'

export const REVISION = 'deployment.kubernetes.io/revision'
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas'
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas'

const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
])
const LONGEST_HISTORY = 2000
const LARGEST_REVISION = 2n ** 63n - 1n

export const revisionOf = ({ metadata }: { metadata: k8s.ObjectMeta }): bigint => revisionIn(metadata.annotations)

/** 0 where there is none, or one that is no int64. */
function revisionIn(annotations: Readonly<Record<string, string>> | undefined): bigint {
  const text = annotations?.[REVISION] ?? ''
  const revision = /^\d+$/.test(text) ? BigInt(text) : 0n
  return revision > LARGEST_REVISION ? 0n : revision
}

export function replicasAnnotation(replicaSet: k8s.ReplicaSet, name: string): number | undefined {
  const text = replicaSet.metadata.annotations?.[name] ?? ''
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** What a replica set remembers of the deployment's size whenever it is sized. */
export function sizeAnnotations(deployment: k8s.Deployment): Record<string, string> {
  return {
    [DESIRED_REPLICAS]: String(desiredReplicas(deployment)),
    [MAX_REPLICAS]: String(maxReplicas(deployment)),
  }
}

/** The annotations that the new replica set should have: the deployment's own, and a revision above all old ones.
 *  Returning to an old template gives its replica set a new revision and moves the former to its history. */
export function newReplicaSetAnnotations(
  deployment: k8s.Deployment,
  oldReplicaSets: readonly k8s.ReplicaSet[],
  present: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !NOT_COPIED.has(name))
  const annotations = { ...present, ...Object.fromEntries(copied) }
  const revision = oldReplicaSets.map(revisionOf).reduce((latest, one) => (one > latest ? one : latest), 0n) + 1n
  const former = present[REVISION]
  if (former !== undefined && revisionIn(present) >= revision) return annotations
  annotations[REVISION] = String(revision)
  if (former !== undefined) annotations[REVISION_HISTORY] = appendHistory(present[REVISION_HISTORY], former)
  return annotations
}

/** `history` is a comma-separated list; the oldest are dropped when it grows too long. */
function appendHistory(history: string | undefined, revision: string): string {
  const revisions = [...(history ? history.split(',') : []), revision]
  while (revisions.length > 1 && revisions.join(',').length > LONGEST_HISTORY) revisions.shift()
  return revisions.join(',')
}
