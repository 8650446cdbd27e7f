/** Whether what was made for a Resource runs. Pure. */
import { type k8s, type KubeObject, resources } from '../../api/index.ts'

export type Readiness = { isReady: true } | { isReady: false; message: string }

/** Of its Deployments and StatefulSets; whatever else it has is there once it is written. */
export function readinessOf(
  wished: readonly KubeObject[],
  find: (object: KubeObject) => KubeObject | undefined,
): Readiness {
  const { deployments, statefulsets } = resources
  for (const object of wished) {
    if (object.kind !== deployments.kind && object.kind !== statefulsets.kind) continue
    const present = find(object) as k8s.StatefulSet | k8s.Deployment | undefined
    const problem = present === undefined ? 'is being created' : problemOf(present)
    if (problem !== undefined) return { isReady: false, message: `${object.kind} ${object.metadata.name} ${problem}` }
  }
  return { isReady: true }
}

function problemOf({ metadata, spec, status }: k8s.StatefulSet | k8s.Deployment): string | undefined {
  const { replicas = 1 } = spec ?? {}
  const { observedGeneration = 0, readyReplicas = 0, updatedReplicas = 0 } = status ?? {}
  if (observedGeneration < (metadata.generation ?? 0)) return 'is being brought to its new state'
  if (updatedReplicas < replicas) return `has ${updatedReplicas} of ${replicas} pods of its new state`
  return readyReplicas < replicas ? `has ${readyReplicas} of ${replicas} pods ready` : undefined
}
