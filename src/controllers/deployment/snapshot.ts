/** What one round of the deployment controller decides from. Pure readings of it live here. */
import type { k8s } from '../../api/index.ts'
import { semanticallyEqual } from '../objects/index.ts'

export const TEMPLATE_HASH_LABEL = 'pod-template-hash'

export interface Rollout {
  deployment: k8s.Deployment
  /** The replica set whose template is the deployment's, once it exists. */
  newReplicaSet: k8s.ReplicaSet | undefined
  /** All others of the deployment, oldest first. */
  oldReplicaSets: readonly k8s.ReplicaSet[]
}

/** A wish that a replica set should have so many replicas. */
export interface Scale {
  replicaSet: k8s.ReplicaSet
  replicas: number
}

export const desiredReplicas = (object: k8s.Deployment | k8s.ReplicaSet): number => object.spec.replicas ?? 1
export const availableReplicas = (replicaSet: k8s.ReplicaSet): number => replicaSet.status?.availableReplicas ?? 0
export const isActive = (replicaSet: k8s.ReplicaSet): boolean => desiredReplicas(replicaSet) > 0

export function total(replicaSets: readonly k8s.ReplicaSet[], count: (replicaSet: k8s.ReplicaSet) => number): number {
  return replicaSets.reduce((sum, replicaSet) => sum + count(replicaSet), 0)
}

export function allReplicaSets({ newReplicaSet, oldReplicaSets }: Rollout): k8s.ReplicaSet[] {
  return newReplicaSet === undefined ? [...oldReplicaSets] : [...oldReplicaSets, newReplicaSet]
}

/** Tells new from old. Of several with the deployment's template the oldest is the new one. */
export function rolloutOf(deployment: k8s.Deployment, replicaSets: readonly k8s.ReplicaSet[]): Rollout {
  const byAge = replicaSets.toSorted(olderFirst)
  const newReplicaSet = byAge.find(({ spec }) => sameTemplate(spec.template, deployment.spec.template))
  return { deployment, newReplicaSet, oldReplicaSets: byAge.filter((replicaSet) => replicaSet !== newReplicaSet) }
}

export function olderFirst(a: k8s.ReplicaSet, b: k8s.ReplicaSet): number {
  return (
    (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
    a.metadata.name.localeCompare(b.metadata.name)
  )
}

/** Whether two templates make the same pods, the hash label apart. */
export function sameTemplate(a: k8s.PodTemplateSpec | undefined, b: k8s.PodTemplateSpec | undefined): boolean {
  return semanticallyEqual(withoutHash(a), withoutHash(b))
}

function withoutHash(template: k8s.PodTemplateSpec | undefined): k8s.PodTemplateSpec | undefined {
  if (template?.metadata?.labels?.[TEMPLATE_HASH_LABEL] === undefined) return template
  const { [TEMPLATE_HASH_LABEL]: _, ...labels } = template.metadata.labels
  return { ...template, metadata: { ...template.metadata, labels } }
}
