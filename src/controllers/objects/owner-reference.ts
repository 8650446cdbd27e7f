/** Owner references: who made an object and answers for it. Source: Kubernetes, metav1.OwnerReference, v1.34. */
import { apiVersionOf, type k8s, type KubeObject, type Resource } from '../../api/index.ts'

/** The one owner that manages `object`, if any. */
export function controllerOf(object: KubeObject): k8s.OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true)
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid
}

/** The key (`namespace/name`) of the controller of `object` when it is of this kind; nothing otherwise. */
export function controllerKey(object: KubeObject, resource: Resource): string | undefined {
  const reference = controllerOf(object)
  if (reference === undefined || reference.kind !== resource.kind) return undefined
  if (reference.apiVersion.split('/').slice(0, -1).join('/') !== resource.group) return undefined
  return `${object.metadata.namespace}/${reference.name}`
}

/** The reference that a controller puts on what it makes for `owner`. */
export function controllerReference(owner: KubeObject, resource: Resource): k8s.OwnerReference {
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
}
