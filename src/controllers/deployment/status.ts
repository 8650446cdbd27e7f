/** A deployment's status, counted from its replica sets. Source: calculateStatus, v1.34. */
import type { k8s } from '../../api/index.ts'
import { withCondition } from '../objects/index.ts'
import { deploymentCondition } from './conditions.ts'
import { minAvailable } from './fenceposts.ts'
import { allReplicaSets, availableReplicas, desiredReplicas, type Rollout, total } from './snapshot.ts'

/** Counts and the Available condition; the other conditions are those given. `now` is a Kubernetes time. */
export function countedStatus(
  rollout: Rollout,
  conditions: readonly k8s.DeploymentCondition[],
  now: string,
): k8s.DeploymentStatus {
  const { deployment, newReplicaSet } = rollout
  const all = allReplicaSets(rollout)
  const available = total(all, availableReplicas)
  const collisionCount = deployment.status?.collisionCount
  const isAvailable = available >= minAvailable(deployment)
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: total(all, ({ status }) => status?.replicas ?? 0),
    updatedReplicas: newReplicaSet?.status?.replicas ?? 0,
    readyReplicas: total(all, ({ status }) => status?.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, total(all, desiredReplicas) - available),
    terminatingReplicas: total(all, ({ status }) => status?.terminatingReplicas ?? 0),
    ...(collisionCount !== undefined && { collisionCount }),
    conditions: withCondition(
      conditions,
      isAvailable
        ? deploymentCondition('Available', 'True', {
            reason: 'MinimumReplicasAvailable',
            message: 'Deployment has minimum availability.',
            now,
          })
        : deploymentCondition('Available', 'False', {
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
            now,
          }),
    ),
  }
}

/** Whether all wished pods are of the new template, available, and no other is left. */
export function isComplete(deployment: k8s.Deployment, status: k8s.DeploymentStatus | undefined): boolean {
  const replicas = desiredReplicas(deployment)
  return (
    status?.updatedReplicas === replicas &&
    status.replicas === replicas &&
    status.availableReplicas === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  )
}
