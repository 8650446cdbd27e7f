/** A pod made from a replica set's template. */
import { apiVersionOf, type k8s, type Resource, resources } from '../../api/index.ts'
import { controllerReference, generatedName } from '../objects/index.ts'

/** The name is chosen here rather than by the server, so that a create whose answer is lost can be looked up. */
export function podFromTemplate(
  replicaSet: k8s.ReplicaSet,
  { random, resource }: { random: () => number; resource: Resource },
): k8s.Pod {
  const template = replicaSet.spec.template
  const generateName = `${replicaSet.metadata.name}-`
  const { labels, annotations, finalizers } = template?.metadata ?? {}
  return structuredClone({
    apiVersion: apiVersionOf(resources.pods),
    kind: resources.pods.kind,
    metadata: {
      name: generatedName(generateName, random),
      generateName,
      namespace: replicaSet.metadata.namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerReference(replicaSet, resource)],
    },
    spec: template?.spec ?? { containers: [] },
  })
}
