/** What all objects made for a Resource carry. */
import {
  apiVersionOf,
  type BackingResource,
  backingResources,
  type k8s,
  type KubeObject,
  RESOURCE_LABEL,
} from '../../api/index.ts'

export function ownedMetadata(resource: BackingResource, name: string): k8s.ObjectMeta {
  return {
    name,
    namespace: resource.metadata.namespace,
    labels: { [RESOURCE_LABEL]: resource.metadata.name, 'app.kubernetes.io/managed-by': 'naru' },
    ownerReferences: [
      {
        apiVersion: apiVersionOf(backingResources),
        kind: backingResources.kind,
        name: resource.metadata.name,
        uid: resource.metadata.uid ?? '',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  }
}

export const isOwned = (object: KubeObject, { metadata: { uid } }: BackingResource): boolean =>
  object.metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) ?? false

/** Its own, or what an earlier Resource of its name has left behind. */
export const isUsable = (object: KubeObject, resource: BackingResource): boolean =>
  isOwned(object, resource) ||
  (object.metadata.labels?.[RESOURCE_LABEL] === resource.metadata.name &&
    !object.metadata.ownerReferences?.some(({ controller }) => controller))
