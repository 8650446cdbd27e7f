/** What belongs to an owner or could: found without looking through all there is, and the way back. */
import { keyOf, type k8s, type KubeObject, labelSelectorMatches, type Resource } from '../../api/index.ts'
import type { Informer } from '../../client/index.ts'
import { controllerKey, controllerOf } from './owner-reference.ts'

export interface Dependents<T extends KubeObject> {
  /** What it controls. */
  ownedBy(owner: KubeObject): T[]
  /** What it controls, and what of its namespace nobody controls. */
  claimableBy(owner: KubeObject): T[]
}

export function dependentsOf<T extends KubeObject>(informer: Pick<Informer<T>, 'index'>): Dependents<T> {
  const orphansOf = (namespace: string | undefined) => `orphans/${namespace}`
  const find = informer.index((object) => [controllerOf(object)?.uid ?? orphansOf(object.metadata.namespace)])
  const ownedBy = ({ metadata }: KubeObject) => find(metadata.uid ?? '')
  return {
    ownedBy,
    claimableBy: (owner) => [...ownedBy(owner), ...find(orphansOf(owner.metadata.namespace))],
  }
}

interface Selecting extends KubeObject {
  spec: { selector?: k8s.LabelSelector | undefined }
}

/** Keys of the owners of that kind that want to hear of `object`: the one that controls it; of an orphan, all that may
 *  want to adopt it. */
export function interestedOwners(
  object: KubeObject,
  { resource, list }: { resource: Resource; list: (namespace?: string) => readonly Selecting[] },
): string[] {
  if (controllerOf(object) !== undefined) {
    const key = controllerKey(object, resource)
    return key === undefined ? [] : [key]
  }
  const { namespace, labels = {}, deletionTimestamp } = object.metadata
  if (deletionTimestamp !== undefined) return []
  return list(namespace)
    .filter(({ spec }) => labelSelectorMatches(spec.selector, labels))
    .map(keyOf)
}
