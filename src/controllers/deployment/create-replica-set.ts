/** Makes the replica set of a new template, once. */
import { ApiError, isApiError, type k8s, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { isControlledBy, withCondition } from '../objects/index.ts'
import { deploymentCondition, progressDeadline } from './conditions.ts'
import type { DeploymentController } from './controller.ts'
import { buildNewReplicaSet } from './new-replica-set.ts'
import { desiredReplicas, type Rollout, rolloutOf, sameTemplate } from './snapshot.ts'

/** The rollout with its new replica set. The server is asked for the deployment's replica sets first: one made a moment
 *  ago may be missing from the cache, and would be missing from the count of pods. */
export async function ensureNewReplicaSet(controller: DeploymentController, rollout: Rollout): Promise<Rollout> {
  if (rollout.newReplicaSet !== undefined) return rollout
  const { client } = controller
  const { deployment } = rollout
  const { items } = await client.list(resources.replicasets, { namespace: deployment.metadata.namespace })
  const fresh = rolloutOf(
    deployment,
    items.filter((replicaSet) => isControlledBy(replicaSet, deployment)),
  )
  if (fresh.newReplicaSet !== undefined) return fresh
  return { ...fresh, newReplicaSet: await create(controller, fresh) }
}

async function create(controller: DeploymentController, rollout: Rollout): Promise<k8s.ReplicaSet> {
  const { client, record } = controller
  const { deployment } = rollout
  const wished = buildNewReplicaSet(rollout)
  try {
    const created = await client.create(resources.replicasets, wished)
    const replicas = desiredReplicas(created)
    if (replicas > 0)
      record({
        regarding: deployment,
        type: 'Normal',
        reason: 'ScalingReplicaSet',
        message: `Scaled up replica set ${created.metadata.name} from 0 to ${replicas}`,
      })
    return created
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) return await takeOrCollide(controller, deployment, wished, error)
    if (error instanceof ApiError) await reportFailure(controller, deployment, wished, error)
    throw error
  }
}

/** A replica set of that name exists: ours, or another template with the same hash, or somebody else's. */
async function takeOrCollide(
  { client }: DeploymentController,
  deployment: k8s.Deployment,
  wished: k8s.ReplicaSet,
  error: ApiError,
): Promise<k8s.ReplicaSet> {
  const present = await client.get(resources.replicasets, wished.metadata)
  if (isControlledBy(present, deployment) && sameTemplate(present.spec.template, deployment.spec.template))
    return present
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1
  await client.updateStatus(resources.deployments, { ...deployment, status: { ...deployment.status, collisionCount } })
  throw error
}

async function reportFailure(
  { client, clock, record }: DeploymentController,
  deployment: k8s.Deployment,
  wished: k8s.ReplicaSet,
  error: ApiError,
): Promise<void> {
  const message = `Failed to create new replica set "${wished.metadata.name}": ${error.message}`
  record({ regarding: deployment, type: 'Warning', reason: 'ReplicaSetCreateError', message })
  if (progressDeadline(deployment) === undefined) return
  const now = toKubernetesTime(clock.now())
  const failed = deploymentCondition('Progressing', 'False', { reason: 'ReplicaSetCreateError', message, now })
  const conditions = withCondition(deployment.status?.conditions, failed)
  // The create's own failure is what the caller must hear of, whatever becomes of the report.
  await client
    .updateStatus(resources.deployments, { ...deployment, status: { ...deployment.status, conditions } })
    .catch(() => {})
}
