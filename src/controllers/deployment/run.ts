/** Wires the deployment controller: which changes ask for which deployments. */
import { type k8s, keyOf, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { controllerKey, controllerOf, interestedOwners, isControlledBy } from '../objects/index.ts'
import { reconcileDeployment } from './reconcile.ts'

const CONCURRENCY = 5

export async function runDeploymentController(context: ControllerContext): Promise<void> {
  const { client, clock, informers } = context
  const [deployments, replicaSets, pods] = await Promise.all([
    informers.of(resources.deployments),
    informers.of(resources.replicasets),
    informers.of(resources.pods),
  ])

  /** A Recreate rollout waits for the end of each old pod; a rolling one learns all from the replica sets. */
  const waitingFor = (pod: k8s.Pod): string[] => {
    const owner = controllerOf(pod)
    const replicaSet = owner && replicaSets.get({ namespace: pod.metadata.namespace, name: owner.name })
    const key = replicaSet && controllerKey(replicaSet, resources.deployments)
    const [namespace, name] = key?.split('/') ?? []
    const deployment = name === undefined ? undefined : deployments.get({ namespace, name })
    return key !== undefined && deployment?.spec.strategy?.type === 'Recreate' ? [key] : []
  }

  const controller = {
    client,
    clock,
    deployments,
    replicaSets,
    podsOwnedBy: (replicaSet: k8s.ReplicaSet) =>
      pods.list(replicaSet.metadata.namespace).filter((pod) => isControlledBy(pod, replicaSet)),
    record: context.events.for('deployment-controller'),
  }
  await runController({
    name: 'deployment',
    clock,
    logger: context.logger,
    signal: context.signal,
    concurrency: CONCURRENCY,
    sources: [
      source(deployments, (deployment) => [keyOf(deployment)]),
      source(replicaSets, (replicaSet) => interestedOwners(replicaSet, deployments)),
      source(pods, waitingFor),
    ],
    reconcile: (key) => reconcileDeployment(controller, key),
  })
}
