/** What all objects made for an App carry. */
import {
  APP_LABEL,
  type App,
  apiVersionOf,
  apps,
  type k8s,
  type KubeObject,
  PROCESS_LABEL,
  RELEASE_LABEL,
  type Release,
  releases,
  type Resource,
} from '../../api/index.ts'

/** Who goes with the object: those of one release with it, the others with the App. */
export type Owner = App | Release

const isRelease = (owner: Owner): owner is Release => owner.kind === releases.kind

export function labelsOf(owner: Owner, process?: string): Record<string, string> {
  const name = isRelease(owner) ? owner.spec.app : owner.metadata.name
  return {
    [APP_LABEL]: name,
    ...(isRelease(owner) && { [RELEASE_LABEL]: String(owner.spec.number) }),
    ...(process !== undefined && { [PROCESS_LABEL]: process }),
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/managed-by': 'naru',
  }
}

/** What tells the pods of one process of one release. */
export const selectorOf = (release: Release, process: string): Record<string, string> => ({
  [APP_LABEL]: release.spec.app,
  [RELEASE_LABEL]: String(release.spec.number),
  [PROCESS_LABEL]: process,
})

export function ownedMetadata(owner: Owner, name: string, process?: string): k8s.ObjectMeta {
  const resource: Resource = isRelease(owner) ? releases : apps
  return {
    name,
    namespace: owner.metadata.namespace,
    labels: labelsOf(owner, process),
    ownerReferences: [
      {
        apiVersion: apiVersionOf(resource),
        kind: resource.kind,
        name: owner.metadata.name,
        uid: owner.metadata.uid ?? '',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  }
}

export const isOwned = (object: KubeObject, owner: Owner): boolean =>
  object.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === owner.metadata.uid) ?? false

/** Whether its owner was of the name and is gone: the garbage collector has yet to come by. */
export const isOfNamesake = (object: KubeObject, { kind, metadata: { name, uid } }: Owner): boolean =>
  object.metadata.ownerReferences?.some(
    (owner) => owner.controller && owner.kind === kind && owner.name === name && owner.uid !== uid,
  ) ?? false
