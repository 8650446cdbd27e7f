/** Writes the sizes that a plan asks for. */
import { type k8s, resources } from '../../api/index.ts'
import type { DeploymentController } from './controller.ts'
import { sizeAnnotations } from './revision.ts'
import { desiredReplicas, type Rollout, type Scale } from './snapshot.ts'

/** The rollout with the replica sets as they are afterwards. A replica set that changed meanwhile makes it throw
 *  Conflict: the plan was made from an old state and must be made again. */
export async function applyScales(
  controller: DeploymentController,
  rollout: Rollout,
  scales: readonly Scale[],
): Promise<Rollout> {
  let result = rollout
  for (const scale of scales) result = withReplicaSet(result, await applyScale(controller, rollout.deployment, scale))
  return result
}

async function applyScale(
  { client, record }: DeploymentController,
  deployment: k8s.Deployment,
  { replicaSet, replicas }: Scale,
): Promise<k8s.ReplicaSet> {
  const annotations = sizeAnnotations(deployment)
  const present = desiredReplicas(replicaSet)
  const remembered = Object.entries(annotations).every(
    ([name, value]) => replicaSet.metadata.annotations?.[name] === value,
  )
  if (present === replicas && remembered) return replicaSet
  const { uid, resourceVersion } = replicaSet.metadata
  const patch = { metadata: { uid, resourceVersion, annotations }, spec: { replicas } }
  const scaled = await client.patch(resources.replicasets, replicaSet.metadata, patch)
  if (present !== replicas)
    record({
      regarding: deployment,
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled ${replicas > present ? 'up' : 'down'} replica set ${replicaSet.metadata.name} from ${present} to ${replicas}`,
    })
  return scaled
}

export function withReplicaSet(rollout: Rollout, changed: k8s.ReplicaSet): Rollout {
  const replace = (replicaSet: k8s.ReplicaSet) =>
    replicaSet.metadata.uid === changed.metadata.uid ? changed : replicaSet
  return {
    ...rollout,
    newReplicaSet: rollout.newReplicaSet && replace(rollout.newReplicaSet),
    oldReplicaSets: rollout.oldReplicaSets.map(replace),
  }
}
