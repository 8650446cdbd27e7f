/** Brings a deployment's replica sets to the wish: claim, revisions, one step of the rollout, history, status. */
import { type k8s, parseKey, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { claimObjects, controllerOf, findCondition, semanticallyEqual, withCondition } from '../objects/index.ts'
import { applyScales } from './apply-scale.ts'
import { deploymentCondition, progressDeadline } from './conditions.ts'
import type { DeploymentController } from './controller.ts'
import { ensureNewReplicaSet } from './create-replica-set.ts'
import { isRollingUpdate } from './fenceposts.ts'
import { expiredReplicaSets } from './history.ts'
import { msUntilDeadline, withProgress, withReplicaFailure } from './progress.ts'
import { planRecreate } from './recreate.ts'
import { planRollingUpdate } from './rolling-update.ts'
import { isScalingEvent, planScaling } from './scaling.ts'
import { allReplicaSets, type Rollout, rolloutOf } from './snapshot.ts'
import { countedStatus, isComplete } from './status.ts'
import { syncRevision } from './sync-revision.ts'

/** Resolves to the milliseconds until the progress deadline must be looked at, if a rollout is under way. */
export async function reconcileDeployment(controller: DeploymentController, key: string): Promise<number | undefined> {
  const deployment = controller.deployments.get(parseKey(key))
  if (deployment === undefined) return undefined
  if (isEmptySelector(deployment.spec.selector)) return await refuseEmptySelector(controller, deployment)

  let rollout = rolloutOf(deployment, await claimReplicaSets(controller, deployment))
  const existed = rollout.newReplicaSet !== undefined
  if (deployment.metadata.deletionTimestamp !== undefined) return await writeStatus(controller, rollout, 'count')

  rollout = await syncRevision(controller, rollout)
  const resizing = deployment.spec.paused === true || isScalingEvent(rollout)
  rollout = await (resizing ? resize(controller, rollout) : rollOut(controller, rollout))
  if (!existed) rollout = await syncRevision(controller, rollout)

  if (deployment.spec.paused || isComplete(deployment, deployment.status)) await dropHistory(controller, rollout)
  return await writeStatus(controller, rollout, resizing ? 'count' : existed ? 'progress' : 'created')
}

async function claimReplicaSets(controller: DeploymentController, deployment: k8s.Deployment) {
  const uid = deployment.metadata.uid
  return await claimObjects({
    client: controller.client,
    owner: deployment,
    ownerResource: resources.deployments,
    selector: deployment.spec.selector,
    resource: resources.replicasets,
    candidates: controller.replicaSets
      .list(deployment.metadata.namespace)
      .filter((replicaSet) => [uid, undefined].includes(controllerOf(replicaSet)?.uid)),
  })
}

function resize(controller: DeploymentController, rollout: Rollout): Promise<Rollout> {
  return applyScales(controller, rollout, planScaling(rollout))
}

async function rollOut(controller: DeploymentController, rollout: Rollout): Promise<Rollout> {
  if (isRollingUpdate(rollout.deployment)) {
    const ready = await ensureNewReplicaSet(controller, rollout)
    return await applyScales(controller, ready, planRollingUpdate(ready))
  }
  const pods = allReplicaSets(rollout).flatMap((replicaSet) =>
    controller.podsOwnedBy(replicaSet).map((pod) => ({ owner: replicaSet.metadata.uid ?? '', pod })),
  )
  const step = planRecreate(rollout, pods)
  if (step.do === 'create') return await ensureNewReplicaSet(controller, rollout)
  return step.do === 'scale' ? await applyScales(controller, rollout, step.scales) : rollout
}

async function dropHistory({ client }: DeploymentController, { deployment, oldReplicaSets }: Rollout): Promise<void> {
  for (const { metadata } of expiredReplicaSets(deployment, oldReplicaSets))
    await client.delete(resources.replicasets, metadata, {
      ...(metadata.uid && { preconditions: { uid: metadata.uid } }),
    })
}

/** `count` leaves progress alone; `created` says that the new replica set has just come to be. */
async function writeStatus(
  { client, clock }: DeploymentController,
  rollout: Rollout,
  mode: 'count' | 'progress' | 'created',
): Promise<number | undefined> {
  const { deployment } = rollout
  const nowMs = clock.now()
  const instant = { nowMs, now: toKubernetesTime(nowMs) }
  const conditions = ownConditions(rollout, { now: instant.now, created: mode === 'created' })
  const counted = countedStatus(rollout, conditions, instant.now)
  const status = mode === 'count' ? counted : withReplicaFailure(rollout, withProgress(rollout, counted, instant))
  if (!semanticallyEqual(status, deployment.status))
    await client.updateStatus(resources.deployments, { ...deployment, status })
  return msUntilDeadline(deployment, status, nowMs)
}

/** The Progressing condition as far as it follows from the deployment itself: paused, resumed, replica set new or
 *  found. A deadline that was exceeded stays reported through a pause. */
function ownConditions(
  { deployment, newReplicaSet }: Rollout,
  { now, created }: { now: string; created: boolean },
): k8s.DeploymentCondition[] {
  const present = deployment.status?.conditions ?? []
  if (progressDeadline(deployment) === undefined) return present
  const current = findCondition(present, 'Progressing')
  const set = (
    status: 'True' | 'Unknown',
    reason: Parameters<typeof deploymentCondition>[2]['reason'],
    message: string,
  ) => withCondition(present, deploymentCondition('Progressing', status, { reason, message, now }))
  if (created && newReplicaSet !== undefined)
    return set('True', 'NewReplicaSetCreated', `Created new replica set "${newReplicaSet.metadata.name}"`)
  if (current?.reason !== 'ProgressDeadlineExceeded') {
    if (deployment.spec.paused) return set('Unknown', 'DeploymentPaused', 'Deployment is paused')
    if (current?.reason === 'DeploymentPaused') return set('Unknown', 'DeploymentResumed', 'Deployment is resumed')
  }
  if (current === undefined && newReplicaSet !== undefined)
    return set('True', 'FoundNewReplicaSet', `Found new replica set "${newReplicaSet.metadata.name}"`)
  return present
}

const isEmptySelector = ({ matchLabels, matchExpressions }: k8s.LabelSelector) =>
  Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0

async function refuseEmptySelector({ client, record }: DeploymentController, deployment: k8s.Deployment) {
  const message = 'This deployment is selecting all pods. A non-empty selector is required.'
  record({ regarding: deployment, type: 'Warning', reason: 'SelectingAll', message })
  const observedGeneration = deployment.metadata.generation
  if ((deployment.status?.observedGeneration ?? 0) < (observedGeneration ?? 0))
    await client.updateStatus(resources.deployments, {
      ...deployment,
      status: { ...deployment.status, observedGeneration },
    })
  return undefined
}
