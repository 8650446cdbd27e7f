/** The Progressing and ReplicaFailure conditions of a rollout. Source: k8s.io/kubernetes v1.34,
 *  pkg/controller/deployment/progress.go. */
import type { k8s } from '../../api/index.ts'
import { findCondition, withCondition, withoutCondition } from '../objects/index.ts'
import { deploymentCondition, progressDeadline } from './conditions.ts'
import { allReplicaSets, type Rollout } from './snapshot.ts'
import { isComplete } from './status.ts'

/** `status` with the Progressing condition brought up to date against the status the deployment has. `nowMs` and
 *  `now` are the same instant. */
export function withProgress(
  rollout: Rollout,
  status: k8s.DeploymentStatus,
  { nowMs, now }: { nowMs: number; now: string },
): k8s.DeploymentStatus {
  const { deployment, newReplicaSet } = rollout
  const deadline = progressDeadline(deployment)
  if (deadline === undefined) return { ...status, conditions: withoutCondition(status.conditions, 'Progressing') }
  const current = findCondition(status.conditions, 'Progressing')
  const settled = status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable'
  if (settled) return status
  const subject =
    newReplicaSet === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${newReplicaSet.metadata.name}"`

  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`
    const done = deploymentCondition('Progressing', 'True', { reason: 'NewReplicaSetAvailable', message, now })
    return { ...status, conditions: withCondition(status.conditions, done) }
  }
  if (hasProgressed(deployment.status, status)) {
    const message = `${subject} is progressing.`
    const moving = deploymentCondition('Progressing', 'True', { reason: 'ReplicaSetUpdated', message, now })
    // The update time must move with every sign of progress: the deadline counts from it.
    const since = current?.status === 'True' ? current.lastTransitionTime : undefined
    const next = since === undefined ? moving : { ...moving, lastTransitionTime: since }
    return { ...status, conditions: [...withoutCondition(status.conditions, 'Progressing'), next] }
  }
  if (isTimedOut(current, deadline, nowMs)) {
    const message = `${subject} has timed out progressing.`
    const late = deploymentCondition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded', message, now })
    return { ...status, conditions: withCondition(status.conditions, late) }
  }
  return status
}

/** The replica sets' own failure to make pods, shown on the deployment; the new one's before the others'. */
export function withReplicaFailure(rollout: Rollout, status: k8s.DeploymentStatus): k8s.DeploymentStatus {
  const candidates = [rollout.newReplicaSet, ...allReplicaSets(rollout)]
  const failure = candidates
    .map((replicaSet) => findCondition(replicaSet?.status?.conditions, 'ReplicaFailure'))
    .find((condition) => condition !== undefined)
  const conditions =
    failure === undefined
      ? withoutCondition(status.conditions, 'ReplicaFailure')
      : withCondition(status.conditions, { ...failure, lastUpdateTime: failure.lastTransitionTime })
  return { ...status, conditions }
}

/** Milliseconds until the deadline must be looked at; nothing when no rollout is under way. */
export function msUntilDeadline(
  deployment: k8s.Deployment,
  status: k8s.DeploymentStatus,
  nowMs: number,
): number | undefined {
  const deadline = progressDeadline(deployment)
  const current = findCondition(status.conditions, 'Progressing')
  if (deadline === undefined || current === undefined || isComplete(deployment, status)) return undefined
  if (current.reason === 'ProgressDeadlineExceeded' || current.reason === 'NewReplicaSetAvailable') return undefined
  if (deployment.spec.paused) return undefined
  // A second more, because condition times are whole seconds.
  return Math.max(1000, updatedMs(current) + deadline * 1000 - nowMs + 1000)
}

function hasProgressed(old: k8s.DeploymentStatus = {}, next: k8s.DeploymentStatus): boolean {
  const outdated = ({ replicas = 0, updatedReplicas = 0 }: k8s.DeploymentStatus) => replicas - updatedReplicas
  return (
    (next.updatedReplicas ?? 0) > (old.updatedReplicas ?? 0) ||
    outdated(next) < outdated(old) ||
    (next.readyReplicas ?? 0) > (old.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (old.availableReplicas ?? 0)
  )
}

function isTimedOut(current: k8s.DeploymentCondition | undefined, deadline: number, nowMs: number): boolean {
  if (current === undefined || current.reason === 'NewReplicaSetAvailable') return false
  return current.reason === 'ProgressDeadlineExceeded' || updatedMs(current) + deadline * 1000 < nowMs
}

const updatedMs = (condition: k8s.DeploymentCondition) => Date.parse(condition.lastUpdateTime ?? '') || 0
