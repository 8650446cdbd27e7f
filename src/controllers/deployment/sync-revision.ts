/** Keeps the revision of the new replica set above all others, and shows it on the deployment. */
import { type k8s, resources } from '../../api/index.ts'
import { withReplicaSet } from './apply-scale.ts'
import type { DeploymentController } from './controller.ts'
import { newReplicaSetAnnotations, REVISION } from './revision.ts'
import type { Rollout } from './snapshot.ts'

/** The rollout with what was written. Nothing to do while there is no new replica set. */
export async function syncRevision(controller: DeploymentController, rollout: Rollout): Promise<Rollout> {
  if (rollout.newReplicaSet === undefined) return rollout
  const replicaSet = await syncReplicaSet(controller, rollout, rollout.newReplicaSet)
  const revision = replicaSet.metadata.annotations?.[REVISION]
  const { deployment } = rollout
  if (deployment.metadata.annotations?.[REVISION] === revision) return withReplicaSet(rollout, replicaSet)
  const { uid, resourceVersion } = deployment.metadata
  const patch = { metadata: { uid, resourceVersion, annotations: { [REVISION]: revision } } }
  const shown = await controller.client.patch(resources.deployments, deployment.metadata, patch)
  return { ...withReplicaSet(rollout, replicaSet), deployment: shown }
}

async function syncReplicaSet(
  { client }: DeploymentController,
  { deployment, oldReplicaSets }: Rollout,
  replicaSet: k8s.ReplicaSet,
): Promise<k8s.ReplicaSet> {
  const present = replicaSet.metadata.annotations ?? {}
  const annotations = newReplicaSetAnnotations(deployment, oldReplicaSets, present)
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0
  const same = Object.entries(annotations).every(([name, value]) => present[name] === value)
  if (same && (replicaSet.spec.minReadySeconds ?? 0) === minReadySeconds) return replicaSet
  const { uid, resourceVersion } = replicaSet.metadata
  const patch = { metadata: { uid, resourceVersion, annotations }, spec: { minReadySeconds } }
  return await client.patch(resources.replicasets, replicaSet.metadata, patch)
}
