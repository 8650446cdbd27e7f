/** The replica set of a deployment's present template. */
import { apiVersionOf, type k8s, resources } from '../../api/index.ts'
import { controllerReference, templateHash } from '../objects/index.ts'
import { isRollingUpdate } from './fenceposts.ts'
import { newReplicaSetAnnotations, sizeAnnotations } from './revision.ts'
import { newReplicaSetSize } from './rolling-update.ts'
import { desiredReplicas, type Rollout, TEMPLATE_HASH_LABEL } from './snapshot.ts'

const LONGEST_NAME = 253

/** Named by its template's hash, so that making it twice fails rather than doubling it. */
export function buildNewReplicaSet(rollout: Rollout): k8s.ReplicaSet {
  const { deployment, oldReplicaSets } = rollout
  const { template, selector, minReadySeconds } = deployment.spec
  const hash = templateHash(template, deployment.status?.collisionCount)
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH_LABEL]: hash }
  const templateMetadata = { ...template.metadata, labels } as k8s.ObjectMeta
  const prefix = deployment.metadata.name.slice(0, LONGEST_NAME - hash.length - 1)
  return structuredClone({
    apiVersion: apiVersionOf(resources.replicasets),
    kind: resources.replicasets.kind,
    metadata: {
      name: `${prefix}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: { ...newReplicaSetAnnotations(deployment, oldReplicaSets), ...sizeAnnotations(deployment) },
      ownerReferences: [controllerReference(deployment, resources.deployments)],
    },
    spec: {
      replicas: isRollingUpdate(deployment) ? newReplicaSetSize(rollout, 0) : desiredReplicas(deployment),
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH_LABEL]: hash } },
      template: { ...template, metadata: templateMetadata },
    },
  })
}
