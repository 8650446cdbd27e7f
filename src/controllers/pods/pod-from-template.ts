/** A pod made from its owner's template. */
import { apiVersionOf, type k8s, type KubeObject, type Resource, resources } from '../../api/index.ts'
import { controllerReference, generatedName } from '../objects/index.ts'

export interface PodNaming {
  /** Uniform in [0, 1). */
  random: () => number
  /** What the owner is in the API. */
  resource: Resource
  /** What the name begins with. Default: the owner's name and a hyphen. */
  generateName?: string
}

/** The name is chosen here rather than by the server, so that a create whose answer is lost can be looked up. */
export function podFromTemplate(
  owner: KubeObject,
  template: k8s.PodTemplateSpec | undefined,
  { random, resource, generateName = `${owner.metadata.name}-` }: PodNaming,
): k8s.Pod {
  const { labels, annotations, finalizers } = template?.metadata ?? {}
  return structuredClone({
    apiVersion: apiVersionOf(resources.pods),
    kind: resources.pods.kind,
    metadata: {
      name: generatedName(generateName, random),
      generateName,
      namespace: owner.metadata.namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerReference(owner, resource)],
    },
    spec: template?.spec ?? { containers: [] },
  })
}
