/** A deployment's conditions, their reasons and wording. Source: k8s.io/kubernetes v1.34, deployment/util. */
import type { k8s } from '../../api/index.ts'

const UNLIMITED = 2 ** 31 - 1

/** The reasons of the Progressing and Available conditions; `kubectl rollout status` reads ProgressDeadlineExceeded. */
export type DeploymentReason =
  | 'NewReplicaSetCreated'
  | 'FoundNewReplicaSet'
  | 'ReplicaSetUpdated'
  | 'NewReplicaSetAvailable'
  | 'ReplicaSetCreateError'
  | 'ProgressDeadlineExceeded'
  | 'DeploymentPaused'
  | 'DeploymentResumed'
  | 'MinimumReplicasAvailable'
  | 'MinimumReplicasUnavailable'

export function deploymentCondition(
  type: 'Available' | 'Progressing',
  status: 'True' | 'False' | 'Unknown',
  { reason, message, now }: { reason: DeploymentReason; message: string; now: string },
): k8s.DeploymentCondition {
  return { type, status, reason, message, lastUpdateTime: now, lastTransitionTime: now }
}

/** Seconds without progress after which the rollout counts as failed; nothing when it never does. */
export function progressDeadline(deployment: k8s.Deployment): number | undefined {
  const seconds = deployment.spec.progressDeadlineSeconds ?? 600
  return seconds >= UNLIMITED ? undefined : seconds
}
